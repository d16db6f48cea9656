//! Who gives and takes which role.

use cairn_app::access::{Role, Verb};

use crate::on_both;
use crate::{House, boss, code, common, grant};

on_both! {
    async fn leads_decide_about_their_own_people_and_the_server_about_the_rest(fresh: Fresh) {
        let house = House::new(fresh).await;
        let accounts = house.accounts();
        let root = house.somebody("root@server.example", Role::Administrator, None).await;
        let lead = house.somebody("lead@north.example", Role::AllianceLead, Some("north")).await;
        let member = house.somebody("m@north.example", Role::Reader, Some("north")).await.actor.account;
        for role in Role::ALL {
            for partner in [None, Some("north"), Some("south")] {
                let person = (role == Role::Contributor).then_some("p7");
                let expected = |of: &str| match (of, role.is_of_server(), partner) {
                    ("root", true, None) | ("root", false, Some(_)) => "done",
                    ("root", true, Some(_)) | ("root", false, None) => "role-elsewhere",
                    (_, _, None) => "denied",
                    (_, _, Some("south")) => "not-found",
                    (_, true, Some(_)) => "role-elsewhere",
                    _ if role == Role::PartnerManager => "denied",
                    _ => "done",
                };
                for (of, by) in [("lead", &lead.actor), ("root", &root.actor)] {
                    let given = accounts.give(by, &member, role, partner, person).await;
                    assert_eq!(code(given), expected(of), "{of} gives {} at {partner:?}", role.name());
                }
                if expected("root") == "done" {
                    let taken = accounts.take(&lead.actor, &member, role, partner).await;
                    assert_eq!(code(taken), expected("lead"), "lead takes {} at {partner:?}", role.name());
                }
            }
        }
    }

    async fn whoever_does_not_manage_roles_gives_none(fresh: Fresh) {
        let house = House::new(fresh).await;
        let accounts = house.accounts();
        let member = house.somebody("m@north.example", Role::Reader, Some("north")).await.actor.account;
        for role in [Role::PartnerManager, Role::AllianceTeam, Role::Reader] {
            let by = house.somebody(&format!("{}@north.example", role.name()), role, Some("north")).await.actor;
            assert_eq!(code(accounts.give(&by, &member, Role::Reader, Some("north"), None).await), "denied");
            assert_eq!(code(accounts.take(&by, &member, Role::Reader, Some("north")).await), "denied");
            assert_eq!(code(accounts.invite(&by, "x@north.example", Role::Reader, Some("north"), None).await), "denied");
            assert_eq!(code(accounts.hand_over(&by, &member, "x", "north").await), "denied");
            assert_eq!(code(accounts.members(&by, Some("north")).await), "denied");
            assert_eq!(code(accounts.members(&by, Some("south")).await), "not-found");
            assert_eq!(code(accounts.members(&by, None).await), "denied");
            assert_eq!(code(accounts.list(&by, "", 10).await), "denied");
            assert_eq!(code(accounts.disable(&by, &member).await), "denied");
            assert_eq!(code(accounts.enable(&by, &member).await), "denied");
            assert_eq!(code(accounts.make_reset(&by, &member).await), "denied");
            assert_eq!(code(accounts.remove_factor_of(&by, &member).await), "denied");
            assert_eq!(code(accounts.set_email(&by, &member, "x@north.example").await), "denied");
            assert_eq!(code(accounts.outbox(&by).await), "denied");
            assert_eq!(code(accounts.find(&by, "m@north.example").await), "denied");
        }
    }

    async fn nobody_lifts_themselves(fresh: Fresh) {
        let house = House::new(fresh).await;
        let accounts = house.accounts();
        let lead = house.somebody("lead@north.example", Role::AllianceLead, Some("north")).await;
        let other = house.somebody("other@north.example", Role::AllianceTeam, Some("north")).await;
        let me = lead.actor.account.as_str();
        assert_eq!(code(accounts.give(&lead.actor, me, Role::AllianceTeam, Some("north"), None).await), "own-roles");
        assert_eq!(code(accounts.invite(&lead.actor, "LEAD@north.example", Role::Reader, Some("north"), None).await), "own-roles");
        assert_eq!(code(accounts.hand_over(&lead.actor, &other.actor.account, me, "north").await), "own-roles");
    }

    async fn the_last_administrator_stays(fresh: Fresh) {
        let house = House::new(fresh).await;
        let accounts = house.accounts();
        let one = house.somebody("one@server.example", Role::Administrator, None).await;
        let me = one.actor.account.as_str();
        assert_eq!(code(accounts.take(&boss(), me, Role::Administrator, None).await), "last-administrator");
        assert_eq!(code(accounts.take(&one.actor, me, Role::Administrator, None).await), "last-administrator");
        assert_eq!(code(accounts.disable(&one.actor, me).await), "last-administrator");
        let two = house.somebody("two@server.example", Role::Administrator, None).await;
        let (a, b) = tokio::join!(
            accounts.take(&one.actor, &two.actor.account, Role::Administrator, None),
            accounts.take(&two.actor, me, Role::Administrator, None),
        );
        let mut codes = [code(a), code(b)];
        codes.sort_unstable();
        assert_eq!(codes, ["done", "last-administrator"]);
    }

    async fn one_may_lay_an_own_role_down(fresh: Fresh) {
        let house = House::new(fresh).await;
        let accounts = house.accounts();
        let zoe = house.somebody("zoe@north.example", Role::Reader, Some("north")).await;
        let me = zoe.actor.account.as_str();
        assert_eq!(code(accounts.take(&zoe.actor, me, Role::Reader, Some("south")).await), "not-found");
        accounts.take(&zoe.actor, me, Role::Reader, Some("north")).await.expect("laid down");
        let begun = house.sign_in("zoe@north.example").await;
        assert_eq!(house.signed(&begun).await.actor.grants, []);
    }

    async fn a_leaving_lead_hands_over_all_roles_at_the_partner(fresh: Fresh) {
        let house = House::new(fresh).await;
        let accounts = house.accounts();
        let lead = house.somebody("lead@north.example", Role::AllianceLead, Some("north")).await;
        let heir = house.somebody("heir@north.example", Role::Reader, Some("north")).await;
        let stranger = house.somebody("s@south.example", Role::Reader, Some("south")).await;
        let (from, to) = (lead.actor.account.as_str(), heir.actor.account.as_str());
        accounts.give(&boss(), from, Role::Reader, Some("north"), None).await.expect("given");
        accounts.give(&boss(), from, Role::Reader, Some("south"), None).await.expect("given");
        assert_eq!(code(accounts.hand_over(&lead.actor, from, &stranger.actor.account, "north").await), "not-found");
        assert_eq!(code(accounts.hand_over(&lead.actor, from, from, "north").await), "own-roles");
        assert_eq!(code(accounts.hand_over(&boss(), from, from, "north").await), "same-account");
        let handed = accounts.hand_over(&lead.actor, from, to, "north").await.expect("handed over");
        assert_eq!(handed, [Role::AllianceLead, Role::Reader]);
        let pages = |account: String| async move { accounts.account(&boss(), &account).await.expect("a page").grants };
        assert_eq!(pages(from.to_owned()).await, [grant(Role::Reader, Some("south"))]);
        assert_eq!(pages(to.to_owned()).await, [grant(Role::AllianceLead, Some("north")), grant(Role::Reader, Some("north"))]);
        assert!(house.signed(&house.sign_in("heir@north.example").await).await.actor.permit(Verb::ManageMembers, "north").is_ok());
        assert_eq!(code(accounts.hand_over(&boss(), from, to, "north").await), "not-found");
    }

    async fn a_contributor_is_a_person_and_a_partner_must_be_there(fresh: Fresh) {
        let house = House::new(fresh).await;
        let accounts = house.accounts();
        let member = house.somebody("m@north.example", Role::Reader, Some("north")).await.actor.account;
        let give = async |role, partner: Option<&str>, person: Option<&str>| code(accounts.give(&boss(), &member, role, partner, person).await);
        assert_eq!(give(Role::Contributor, Some("north"), None).await, "person-missing");
        assert_eq!(give(Role::Contributor, Some("north"), Some(" p7 ")).await, "done");
        assert_eq!(give(Role::Administrator, None, Some("p7")).await, "person-of-server");
        assert_eq!(give(Role::Reader, Some("west"), None).await, "not-found");
        let members = accounts.members(&boss(), Some("north")).await.expect("members").members;
        assert_eq!(members[0].roles, [(Role::Contributor, Some("p7".to_owned())), (Role::Reader, None)]);
    }

    async fn an_account_gets_another_address_that_nobody_has(fresh: Fresh) {
        let house = House::new(fresh).await;
        let accounts = house.accounts();
        let zoe = house.somebody("zoe@north.example", Role::Reader, Some("north")).await;
        house.somebody("ann@north.example", Role::Reader, Some("north")).await;
        let set = async |email: &str| code(accounts.set_email(&boss(), &zoe.actor.account, email).await);
        assert_eq!(set("Ann@north.example").await, "address-taken");
        assert_eq!(set("nothing").await, "wrong-email");
        assert_eq!(set("zoe@new.example").await, "done");
        house.sign_in("zoe@new.example").await;
        accounts.rename(&zoe, " Zoë Z. ").await.expect("renamed");
        assert_eq!(code(accounts.rename(&zoe, " ").await), "wrong-name");
        assert_eq!(accounts.account(&boss(), &zoe.actor.account).await.expect("a page").name, "Zoë Z.");
    }
}
