//! The table of roles and verbs, and what follows from it.

use cairn_app::access::{Actor, Grant, May, Role, Verb};
use cairn_app::refusal::Refusal;
use cairn_app::store::Scope;
use expect_test::expect_file;

fn at(role: Role, partner: &str) -> Actor {
    let mut actor = Actor::system("a1");
    actor.grants = vec![Grant {
        role,
        partner: Some(partner.to_owned()),
        person: None,
    }];
    actor
}

#[test]
fn the_matrix_is_the_one_that_is_documented() {
    let mut table = String::from("| verb | of |");
    for role in Role::ALL {
        table += &format!(" {} |", role.name());
    }
    table += "\n|---|---|---|---|---|---|---|---|---|\n";
    for verb in Verb::ALL {
        let of = if verb.is_of_partner() {
            "a partner"
        } else {
            "the server"
        };
        table += &format!("| `{}` | {of} |", verb.name());
        for role in Role::ALL {
            table += match verb.may(role) {
                May::Yes => " yes |",
                May::Own => " own |",
                May::No => " – |",
            };
        }
        table += "\n";
    }
    expect_file!["matrix.md"].assert_eq(&table);
    let page = include_str!("../../../docs/access.md");
    assert!(
        page.contains(&table),
        "docs/access.md has another matrix than crates/app/tests/matrix.md"
    );
}

#[test]
fn whoever_has_no_role_at_a_partner_is_told_that_there_is_none() {
    for role in Role::ALL.into_iter().filter(|r| !r.is_of_server()) {
        let actor = at(role, "north");
        for verb in Verb::ALL.iter().filter(|v| v.is_of_partner()) {
            assert!(matches!(
                actor.permit(*verb, "south"),
                Err(Refusal::NotFound { .. })
            ));
            assert!(matches!(
                actor.permit_own(*verb, "south"),
                Err(Refusal::NotFound { .. })
            ));
        }
        assert_eq!(actor.scope(), Scope::of("north"));
    }
}

#[test]
fn a_role_of_the_server_given_at_a_partner_reaches_no_farther() {
    let actor = at(Role::Administrator, "north");
    assert!(actor.permit(Verb::EditEvidence, "north").is_ok());
    assert!(!actor.may(Verb::ManageAccounts));
    assert!(matches!(
        actor.permit(Verb::ReadStanding, "south"),
        Err(Refusal::NotFound { .. })
    ));
}

#[test]
fn a_contributor_who_is_no_person_of_the_evidence_has_nothing_of_their_own() {
    let mut actor = at(Role::Contributor, "north");
    assert_eq!(actor.may_at(Verb::EditEvidence, "north"), May::No);
    actor.grants[0].person = Some("p7".to_owned());
    assert_eq!(actor.may_at(Verb::EditEvidence, "north"), May::Own);
    assert_eq!(actor.persons_at("north"), ["p7"]);
    assert!(matches!(
        actor.permit(Verb::EditEvidence, "north"),
        Err(Refusal::Denied(_))
    ));
}

#[test]
fn a_token_narrows_what_its_owner_may_do_and_never_widens_it() {
    let mut actor = Actor::system("a1");
    actor.only = Some([Verb::ReadStanding].into());
    actor.only_partner = Some("north".to_owned());
    assert!(actor.permit(Verb::ReadStanding, "north").is_ok());
    assert!(actor.permit(Verb::EditEvidence, "north").is_err());
    assert!(actor.permit(Verb::ReadStanding, "south").is_err());
    assert!(!actor.may(Verb::ManageServer));
    assert_eq!(actor.scope(), Scope::of("north"));
    let mut reader = at(Role::Reader, "north");
    reader.only = Some([Verb::EditEvidence].into());
    assert!(reader.permit(Verb::EditEvidence, "north").is_err());
}
