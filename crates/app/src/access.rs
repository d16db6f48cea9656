//! Who may do what: one table of roles and verbs, which every verb of the running product asks.
//!
//! A partner's matters are invisible to whoever has no role there: then the answer is "there is no such partner", so
//! that nobody can find out who is a partner. Knows no password and no session.

use std::collections::BTreeSet;

use store::Scope;

use crate::locale::Lang;
use crate::refusal::Refusal;

/// What somebody is, of the server or of a partner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Runs the server: accounts, roles, settings, backups, everything of every partner.
    Administrator,
    /// Answers for programs and their editions, and sees how everybody stands.
    ProgramOwner,
    /// Looks after the partners that were assigned: reviews, decides, approves.
    PartnerManager,
    /// Answers for a partner's standing, and for who else may see and change it.
    AllianceLead,
    /// Works on a partner's standing.
    AllianceTeam,
    /// Adds what is their own, and sees nothing else.
    Contributor,
    /// Sees a partner's standing and evidence and changes nothing.
    Reader,
}

impl Role {
    /// All roles, in the order of the table.
    pub const ALL: [Role; 7] = [
        Role::Administrator,
        Role::ProgramOwner,
        Role::PartnerManager,
        Role::AllianceLead,
        Role::AllianceTeam,
        Role::Contributor,
        Role::Reader,
    ];

    /// Its name in files, addresses and the database.
    pub fn name(self) -> &'static str {
        match self {
            Role::Administrator => "administrator",
            Role::ProgramOwner => "program-owner",
            Role::PartnerManager => "partner-manager",
            Role::AllianceLead => "alliance-lead",
            Role::AllianceTeam => "alliance-team",
            Role::Contributor => "contributor",
            Role::Reader => "reader",
        }
    }

    /// The role of a name.
    pub fn named(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Is it a role of the whole server, so that it is given without a partner?
    pub fn is_of_server(self) -> bool {
        matches!(self, Role::Administrator | Role::ProgramOwner)
    }
}

/// How far a verb reaches for a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum May {
    /// Not at all.
    No,
    /// Only for what is the actor's own: records of the person that they are.
    Own,
    /// For everything of the partner; of the server, where the role is of the server.
    Yes,
}

macro_rules! verbs {
    ($($(#[$doc:meta])* $verb:ident = $name:literal, $of:ident: $a:ident $o:ident $m:ident $l:ident $t:ident $c:ident $r:ident;)*) => {
        /// Something that the product does for somebody.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Verb { $($(#[$doc])* $verb,)* }

        impl Verb {
            /// All verbs, in the order of the table.
            pub const ALL: &[Verb] = &[$(Verb::$verb,)*];

            /// Its name in the audit log, in scopes of tokens and in documentation.
            pub fn name(self) -> &'static str {
                match self { $(Verb::$verb => $name,)* }
            }

            /// The verb of a name.
            pub fn named(name: &str) -> Option<Verb> {
                Verb::ALL.iter().copied().find(|verb| verb.name() == name)
            }

            /// Is it asked of a partner, rather than of the server?
            pub fn is_of_partner(self) -> bool {
                match self { $(Verb::$verb => matches!(Of::$of, Of::Partner),)* }
            }

            /// How far it reaches for a role.
            pub fn may(self, role: Role) -> May {
                let of_roles = match self { $(Verb::$verb => [May::$a, May::$o, May::$m, May::$l, May::$t, May::$c, May::$r],)* };
                of_roles[role as usize]
            }
        }
    };
}

enum Of {
    Server,
    Partner,
}

verbs! {
    //                                               admin owner manager lead team contributor reader
    /// Standings, reasons, timelines, differences, and what follows from them.
    ReadStanding = "read-standing", Partner:         Yes Yes Yes Yes Yes No Yes;
    /// Records, their histories, and what is wrong with rows.
    ReadEvidence = "read-evidence", Partner:         Yes Yes Yes Yes Yes Own Yes;
    /// Adding, correcting and withdrawing records.
    EditEvidence = "edit-evidence", Partner:         Yes No No Yes Yes Own No;
    /// Importing files, and mending what was refused.
    Import = "import", Partner:                      Yes No No Yes Yes No No;
    /// Taking a whole import back.
    UndoImport = "undo-import", Partner:             Yes No No Yes No No No;
    /// Answering assessments.
    Answer = "answer", Partner:                      Yes No No Yes Yes Own No;
    /// Writing evidence out.
    Export = "export", Partner:                      Yes Yes Yes Yes Yes No Yes;
    /// Decisions about a partner: reviews, approvals, sign-offs by the vendor.
    Decide = "decide", Partner:                      Yes Yes Yes No No No No;
    /// Decisions that were made, with what was known then.
    ReadDecisions = "read-decisions", Partner:       Yes Yes Yes Yes Yes No Yes;
    /// Tasks, plans and comments.
    Work = "work", Partner:                          Yes No Yes Yes Yes Own No;
    /// Links that show a scorecard to somebody without an account, and requests to customers.
    Share = "share", Partner:                        Yes No No Yes No No No;
    /// What of a partner is where: its name, the programs it follows, its review dates.
    EditPartner = "edit-partner", Partner:           Yes No No Yes No No No;
    /// Who has a role at a partner.
    ManageMembers = "manage-members", Partner:       Yes No No Yes No No No;
    /// Showing, exporting and erasing what is known of a person.
    ManagePersons = "manage-persons", Partner:       Yes No No Yes No No No;
    /// Web hooks of a partner.
    ManageHooks = "manage-hooks", Partner:           Yes No No Yes No No No;
    /// The audit log of a partner.
    ReadAudit = "read-audit", Partner:               Yes Yes Yes Yes No No No;
    /// Programs and editions as published.
    ReadPrograms = "read-programs", Server:          Yes Yes Yes Yes Yes Yes Yes;
    /// Writing editions of programs.
    EditPrograms = "edit-programs", Server:          Yes Yes No No No No No;
    /// How all partners stand.
    ReadPopulation = "read-population", Server:      Yes Yes No No No No No;
    /// New partners, and importing evidence of several.
    ManagePartners = "manage-partners", Server:      Yes No No No No No No;
    /// Accounts and roles of everybody.
    ManageAccounts = "manage-accounts", Server:      Yes No No No No No No;
    /// The audit log of everybody, and verifying it.
    AuditAll = "audit-all", Server:                  Yes No No No No No No;
    /// Settings, backups, mail, web hooks of the server.
    ManageServer = "manage-server", Server:          Yes No No No No No No;
}

/// A role that somebody has.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// At which partner; `None` for roles of the server.
    pub partner: Option<String>,
    /// Which person of the partner's evidence they are, where that was said.
    pub person: Option<String>,
}

/// Somebody who asks something of the product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The account's id, as the audit log remembers it; never a name or an address.
    pub account: String,
    /// Their roles.
    pub grants: Vec<Grant>,
    /// The only verbs that they may use, where they came with a token of so much scope.
    pub only: Option<BTreeSet<Verb>>,
    /// The only partner that they may see, where they came with a token of one.
    pub only_partner: Option<String>,
    /// The language in which they are answered, as far as texts are there in it.
    pub lang: Lang,
}

impl Actor {
    /// The product itself, or whoever has the machine: the command line, jobs, tests.
    pub fn system(name: &str) -> Actor {
        Actor {
            account: name.to_owned(),
            grants: vec![Grant {
                role: Role::Administrator,
                partner: None,
                person: None,
            }],
            only: None,
            only_partner: None,
            lang: Lang::default(),
        }
    }

    fn grants_at(&self, partner: Option<&str>) -> impl Iterator<Item = &Grant> {
        self.grants.iter().filter(move |grant| {
            grant.role.is_of_server() && grant.partner.is_none()
                || grant.partner.is_some() && grant.partner.as_deref() == partner
        })
    }

    fn within(&self, verb: Verb, partner: Option<&str>) -> bool {
        self.only.as_ref().is_none_or(|only| only.contains(&verb))
            && (self.only_partner.is_none() || self.only_partner.as_deref() == partner)
    }

    /// How far a verb of a partner reaches for this actor.
    pub fn may_at(&self, verb: Verb, partner: &str) -> May {
        if !self.within(verb, Some(partner)) {
            return May::No;
        }
        let all: Vec<May> = self
            .grants_at(Some(partner))
            .map(|grant| match verb.may(grant.role) {
                May::Own if grant.person.is_none() => May::No,
                may => may,
            })
            .collect();
        if all.contains(&May::Yes) {
            May::Yes
        } else if all.contains(&May::Own) {
            May::Own
        } else {
            May::No
        }
    }

    /// May this actor use a verb of the server? Verbs that everybody may use ask for any role at all.
    pub fn may(&self, verb: Verb) -> bool {
        let of_server = self.only_partner.is_none() || verb == Verb::ReadPrograms;
        let within = self.only.as_ref().is_none_or(|only| only.contains(&verb));
        of_server
            && within
            && self.grants.iter().any(|g| {
                (g.role.is_of_server() && g.partner.is_none() || verb == Verb::ReadPrograms)
                    && verb.may(g.role) == May::Yes
            })
    }

    /// The persons of a partner's evidence that this actor is.
    pub fn persons_at(&self, partner: &str) -> Vec<&str> {
        self.grants_at(Some(partner))
            .filter_map(|g| g.person.as_deref())
            .collect()
    }

    /// Has this actor any role at a partner?
    pub fn sees(&self, partner: &str) -> bool {
        (self.only_partner.is_none() || self.only_partner.as_deref() == Some(partner))
            && self.grants_at(Some(partner)).next().is_some()
    }

    /// Whose rows the database may give to this actor.
    pub fn scope(&self) -> Scope {
        if let Some(only) = &self.only_partner {
            return if self.sees(only) {
                Scope::of(only)
            } else {
                Scope::Partners(vec![])
            };
        }
        if self
            .grants
            .iter()
            .any(|g| g.role.is_of_server() && g.partner.is_none())
        {
            return Scope::All;
        }
        let named: BTreeSet<String> = self
            .grants
            .iter()
            .filter_map(|g| g.partner.clone())
            .collect();
        Scope::Partners(named.into_iter().collect())
    }

    /// That this actor may use a verb for everything of a partner.
    pub fn permit(&self, verb: Verb, partner: &str) -> Result<(), Refusal> {
        match self.permit_own(verb, partner)? {
            May::Yes => Ok(()),
            May::Own | May::No => Err(Refusal::Denied(verb)),
        }
    }

    /// That this actor may use a verb of a partner at all, and how far.
    pub fn permit_own(&self, verb: Verb, partner: &str) -> Result<May, Refusal> {
        match self.may_at(verb, partner) {
            May::No if self.sees(partner) => Err(Refusal::Denied(verb)),
            May::No => Err(Refusal::no("partner", partner)),
            may => Ok(may),
        }
    }

    /// That this actor may use a verb of the server.
    pub fn permit_server(&self, verb: Verb) -> Result<(), Refusal> {
        if self.may(verb) {
            Ok(())
        } else {
            Err(Refusal::Denied(verb))
        }
    }
}
