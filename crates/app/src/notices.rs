//! What people are told before it is too late, by the ways that they chose, each thing once.

use domain::calendar::Day;
use domain::diagnostic::{Diagnostic, Place};
use domain::instant::Instant;
use serde_json::{Value, json};
use store::{AccountState, MailRow, NoticeRow, Scope, Tx};

use crate::access::{Actor, Grant, May, Role, Verb};
use crate::accounts::reader_language;
use crate::links::fresh_id;
use crate::locale::Lang;
use crate::office::{Known, Office};
use crate::overview::overview;
use crate::question::Question;
use crate::queue::ReferenceState;
use crate::refusal::Refusal;
use crate::texts::fill;

/// What somebody can be told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoticeKind {
    /// The level that is held is reviewed in 90, 30 or 7 days.
    Review,
    /// A certificate expires in 90, 30 or 7 days.
    Certificate,
    /// The review of a reference is due tomorrow, or late.
    Reference,
    /// An import is finished.
    Import,
    /// A customer confirmed a rating, and somebody has to say whether it is one.
    Rating,
    /// A certificate of one's own expires: told to its holder, by mail.
    Holder,
    /// The week in one mail: what falls, what changed, what is to be done. By mail, on the first day of the week that is worked.
    Digest,
}

impl NoticeKind {
    /// All of them.
    pub const ALL: [NoticeKind; 7] = [
        NoticeKind::Review,
        NoticeKind::Certificate,
        NoticeKind::Reference,
        NoticeKind::Import,
        NoticeKind::Rating,
        NoticeKind::Holder,
        NoticeKind::Digest,
    ];

    /// Its name in the database and in addresses.
    pub fn name(self) -> &'static str {
        match self {
            NoticeKind::Review => "review",
            NoticeKind::Certificate => "certificate",
            NoticeKind::Reference => "reference",
            NoticeKind::Import => "import",
            NoticeKind::Rating => "rating",
            NoticeKind::Holder => "holder",
            NoticeKind::Digest => "digest",
        }
    }

    /// The kind of a name.
    pub fn named(name: &str) -> Option<NoticeKind> {
        NoticeKind::ALL.into_iter().find(|k| k.name() == name)
    }
}

/// By which way somebody is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// On the page.
    Page,
    /// By mail.
    Mail,
    /// By the partner's web hooks.
    Hook,
}

impl Way {
    /// All of them.
    pub const ALL: [Way; 3] = [Way::Page, Way::Mail, Way::Hook];

    /// Its name in the database and in forms.
    pub fn name(self) -> &'static str {
        match self {
            Way::Page => "page",
            Way::Mail => "mail",
            Way::Hook => "hook",
        }
    }

    fn named(name: &str) -> Option<Way> {
        Way::ALL.into_iter().find(|w| w.name() == name)
    }
}

/// Whose web hooks are told, in place of an account.
pub const HOOKS: &str = "hook";
/// Who is said to have chosen that holders are told.
const HOLDERS: &str = "holders";
/// Something is told so many days ahead: at the first of these that is not yet passed.
const AHEAD: [i32; 3] = [7, 30, 90];
/// Imports are told of for so many days.
const IMPORT_DAYS: i64 = 2;

/// What somebody was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its id.
    pub notice: String,
    /// Of which sort.
    pub kind: NoticeKind,
    /// What it says, in one sentence of the first language.
    pub text: String,
    /// What it says, so that it can be said in any language; `None` for what was told before that was kept.
    pub says: Option<Says>,
    /// What it is about, by name, for links: `program`, `person`, `version`, `change`.
    pub about: Vec<(String, String)>,
    /// When it was told.
    pub at: Instant,
}

/// What a notice says, without words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Says {
    /// A level is reviewed.
    Review {
        /// The level's title.
        level: String,
        /// The program's title.
        program: String,
        /// The day of the review.
        on: Day,
        /// The day on which it was told.
        told: Day,
    },
    /// A certificate expires.
    Certificate {
        /// Which one.
        what: String,
        /// Whose.
        who: String,
        /// The first day on which it no longer holds.
        on: Day,
        /// The day on which it was told.
        told: Day,
    },
    /// The review of a reference is due.
    Reference {
        /// Its last day.
        on: Day,
        /// Has that passed?
        late: bool,
    },
    /// An import is finished.
    Import {
        /// Which one.
        what: String,
    },
    /// A customer's rating waits.
    Rating,
}

impl Says {
    /// The sentence.
    pub fn words(&self, lang: Lang) -> String {
        let t = lang.texts();
        match self {
            Says::Review {
                level,
                program,
                on,
                told,
            } => fill(
                t.told_review,
                &[
                    ("level", level),
                    ("program", program),
                    ("distance", &lang.distance(*told, *on)),
                    ("day", &on.to_string()),
                ],
            ),
            Says::Certificate {
                what,
                who,
                on,
                told,
            } => fill(
                t.told_certificate,
                &[
                    ("what", what),
                    ("who", who),
                    ("distance", &lang.distance(*told, *on)),
                    ("day", &on.to_string()),
                ],
            ),
            Says::Reference { on, late } => {
                let pattern = if *late {
                    t.told_reference_late
                } else {
                    t.told_reference_due
                };
                fill(pattern, &[("day", &on.to_string())])
            }
            Says::Import { what } => fill(t.told_import, &[("what", what)]),
            Says::Rating => t.told_rating.to_owned(),
        }
    }

    /// As it is kept.
    fn kept(&self) -> Value {
        match self {
            Says::Review {
                level,
                program,
                on,
                told,
            } => {
                json!({ "level": level, "program": program, "on": on.to_string(), "told": told.to_string() })
            }
            Says::Certificate {
                what,
                who,
                on,
                told,
            } => {
                json!({ "what": what, "who": who, "on": on.to_string(), "told": told.to_string() })
            }
            Says::Reference { on, late } => json!({ "on": on.to_string(), "late": late }),
            Says::Import { what } => json!({ "what": what }),
            Says::Rating => json!({}),
        }
    }

    /// Of what was kept.
    fn of(kind: NoticeKind, kept: &Value) -> Option<Says> {
        let text = |name: &str| Some(kept.get(name)?.as_str()?.to_owned());
        let day = |name: &str| Day::parse(kept.get(name)?.as_str()?);
        Some(match kind {
            NoticeKind::Review => Says::Review {
                level: text("level")?,
                program: text("program")?,
                on: day("on")?,
                told: day("told")?,
            },
            NoticeKind::Certificate => Says::Certificate {
                what: text("what")?,
                who: text("who")?,
                on: day("on")?,
                told: day("told")?,
            },
            NoticeKind::Reference => Says::Reference {
                on: day("on")?,
                late: kept.get("late")?.as_bool()?,
            },
            NoticeKind::Import => Says::Import {
                what: text("what")?,
            },
            NoticeKind::Rating => kept.is_object().then_some(Says::Rating)?,
            NoticeKind::Holder | NoticeKind::Digest => return None,
        })
    }
}

impl Notice {
    /// What it says in a language; in the first one where nothing else was kept.
    pub fn words(&self, lang: Lang) -> String {
        let says = self.says.as_ref();
        says.map_or_else(|| self.text.clone(), |says| says.words(lang))
    }
}

/// Something that is to be told.
#[derive(Clone, Debug)]
struct Due {
    kind: NoticeKind,
    /// What it is about, without a name: it is told once.
    subject: String,
    says: Says,
    about: Vec<(String, String)>,
    /// The holder's address, where there is one to be told.
    holder: Option<(String, String)>,
}

/// How many were told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Notices on pages.
    pub pages: usize,
    /// Mails.
    pub mails: usize,
    /// Calls of web hooks.
    pub hooks: usize,
}

/// The step at which something so many days away is told; `None` where it is too far away or has passed.
fn step(days: i32) -> Option<i32> {
    AHEAD.into_iter().find(|step| (0..=*step).contains(&days))
}

impl Office {
    /// Says by which ways an actor wants to be told of something at a partner. Telling holders, and web hooks, is the
    /// partner's choice.
    pub async fn choose_notice(
        &self,
        actor: &Actor,
        partner: &str,
        kind: NoticeKind,
        ways: &[Way],
    ) -> Result<i64, Refusal> {
        let account = match kind {
            NoticeKind::Holder => {
                actor.permit(Verb::EditPartner, partner)?;
                HOLDERS
            }
            _ => {
                actor.permit(Verb::ReadStanding, partner)?;
                &actor.account
            }
        };
        if ways.contains(&Way::Hook) {
            actor.permit(Verb::ManageHooks, partner)?;
        }
        if kind == NoticeKind::Holder && ways.iter().any(|w| *w != Way::Mail) {
            return Err(Diagnostic::error(
                "holders-by-mail",
                "holders of certificates can be told by mail only",
                Place::default().showing("ways"),
            )
            .help("choose mail, or nothing")
            .into());
        }
        if kind == NoticeKind::Digest && ways.iter().any(|w| *w != Way::Mail) {
            return Err(Diagnostic::error(
                "digest-by-mail",
                "the week is sent by mail only",
                Place::default().showing("ways"),
            )
            .help("choose mail, or nothing")
            .into());
        }
        let names: Vec<&str> = ways.iter().map(|w| w.name()).collect();
        let scope = actor.scope();
        let mut tx = self.store.write(&scope).await?;
        tx.set_notice_choice(account, partner, kind.name(), &json!(names).to_string())
            .await?;
        let detail = json!({ "kind": kind.name(), "ways": names });
        let new = self.change(actor, "choose-notice", Some(partner), "notices", detail);
        let change = tx.append(&scope, new, &[]).await?.change;
        tx.commit().await?;
        Ok(change)
    }

    /// By which ways an actor is told of each sort of things at a partner.
    pub async fn notice_choices(
        &self,
        actor: &Actor,
        partner: &str,
    ) -> Result<Vec<(NoticeKind, Vec<Way>)>, Refusal> {
        actor.permit(Verb::ReadStanding, partner)?;
        let mut tx = self.read(actor).await?;
        let choices = tx.notice_choices(partner).await?;
        Ok(NoticeKind::ALL
            .into_iter()
            .map(|kind| {
                let account = match kind {
                    NoticeKind::Holder => HOLDERS,
                    _ => &actor.account,
                };
                (kind, ways_of(&choices, account, kind))
            })
            .collect())
    }

    /// What an actor was told at a partner and has not put away, newest first.
    pub async fn notices(&self, actor: &Actor, partner: &str) -> Result<Vec<Notice>, Refusal> {
        actor.permit(Verb::ReadStanding, partner)?;
        let mut tx = self.read(actor).await?;
        let rows = tx.notices(&actor.account, partner).await?;
        Ok(rows.into_iter().filter_map(notice_of).collect())
    }

    /// Puts a notice away.
    pub async fn put_notice_away(
        &self,
        actor: &Actor,
        partner: &str,
        notice: &str,
    ) -> Result<(), Refusal> {
        actor.permit(Verb::ReadStanding, partner)?;
        let scope = actor.scope();
        let mut tx = self.store.write(&scope).await?;
        // It changes nothing that anybody else sees, so that it is no matter of the audit log.
        if !tx
            .put_notice_away(&actor.account, notice, self.now())
            .await?
        {
            return Err(Refusal::no("notice", notice));
        }
        tx.commit().await?;
        Ok(())
    }

    /// Tells everybody what is due today and was not told yet.
    pub async fn tell_notices(&self) -> Result<Told, Refusal> {
        let mut told = Told::default();
        let everybody = Actor::system("notices");
        for partner in self.partners(&everybody)? {
            let mut tx = self.store.read(&Scope::of(&partner)).await?;
            let grants = tx.grants_at(Some(&partner)).await?;
            let choices = tx.notice_choices(&partner).await?;
            drop(tx);
            if grants.is_empty() && choices.is_empty() {
                continue;
            }
            let mut readers: Vec<String> = vec![];
            for row in grants {
                let Some(role) = Role::named(&row.role) else {
                    continue;
                };
                let actor = Actor {
                    account: row.account.clone(),
                    grants: vec![Grant {
                        role,
                        partner: row.partner,
                        person: row.person,
                    }],
                    only: None,
                    only_partner: None,
                    lang: Lang::default(),
                };
                let sees = actor.may_at(Verb::ReadStanding, &partner) == May::Yes;
                if sees && !readers.contains(&row.account) {
                    readers.push(row.account);
                }
            }
            let due = self.due_notices(&everybody, &partner).await?;
            if !due.is_empty() {
                self.tell(&partner, &readers, &choices, &due, &mut told)
                    .await?;
            }
            told.mails += self.tell_digest(&partner, &readers, &choices).await?;
        }
        Ok(told)
    }

    /// What is due at a partner today, whether it was told or not.
    async fn due_notices(&self, actor: &Actor, partner: &str) -> Result<Vec<Due>, Refusal> {
        let today = self.clock.today();
        let settings = self.partner_settings(actor, partner).await?;
        let mut due = vec![];
        let desk = self
            .desk(actor, partner, Question::on(today), Known::default())
            .await?;
        let cards = overview(&desk)?.cards;
        for card in cards.iter().filter(|c| settings.follows(&c.program)) {
            let next = card.review.as_ref().and_then(|r| r.next);
            if let (Some(holds), Some(on)) = (&card.holds, next)
                && let Some(step) = step(on.0.saturating_sub(today.0))
            {
                due.push(Due {
                    kind: NoticeKind::Review,
                    subject: format!("{} {on} {step}", card.program),
                    says: Says::Review {
                        level: holds.title.clone(),
                        program: card.title.clone(),
                        on,
                        told: today,
                    },
                    about: vec![("program".to_owned(), card.program.clone())],
                    holder: None,
                });
            }
        }
        self.due_certificates(&desk, today, &mut due)?;
        for reference in self.references(actor, partner).await? {
            if let ReferenceState::Pending {
                due: Some(last),
                late,
            } = reference.state
                && (late || last.0 - today.0 <= 1)
            {
                let version = reference.record.version;
                due.push(Due {
                    kind: NoticeKind::Reference,
                    subject: format!("{version} {last} {late}"),
                    says: Says::Reference { on: last, late },
                    about: vec![("version".to_owned(), version.to_string())],
                    holder: None,
                });
            }
        }
        let mut tx = self.read(actor).await?;
        let earliest = self.now().plus_seconds(-IMPORT_DAYS * 86_400);
        for change in tx
            .changes(Some(partner), Some(Verb::Import.name()), None, 20)
            .await?
        {
            if change.at >= earliest {
                due.push(Due {
                    kind: NoticeKind::Import,
                    subject: change.change.to_string(),
                    says: Says::Import {
                        what: change.subject.clone(),
                    },
                    about: vec![("change".to_owned(), change.change.to_string())],
                    holder: None,
                });
            }
        }
        drop(tx);
        for rating in self.ratings(actor, partner).await? {
            if rating.state == crate::ratings::RatingState::Confirmed {
                due.push(Due {
                    kind: NoticeKind::Rating,
                    subject: rating.request.clone(),
                    says: Says::Rating,
                    about: vec![("request".to_owned(), rating.request)],
                    holder: None,
                });
            }
        }
        Ok(due)
    }

    fn due_certificates(
        &self,
        desk: &crate::question::Desk,
        today: Day,
        due: &mut Vec<Due>,
    ) -> Result<(), Refusal> {
        let at = desk.partner()?;
        let ledger = &desk.engine.ledger;
        let evidence = &ledger.evidence;
        let Some(kind) = evidence.kind("credentials") else {
            return Ok(());
        };
        let table = &evidence.tables[kind];
        let (Some(person), Some(credential), Some(expires)) = (
            evidence.column(kind, "person"),
            evidence.column(kind, "credential"),
            evidence.column(kind, "expires_on"),
        ) else {
            return Ok(());
        };
        let text = |column: &domain::evidence::Column, row: usize| {
            evidence.strings.text(column.code(row)).to_owned()
        };
        let names = self.people_of(evidence, at);
        let people = evidence.kind("people");
        let address_of = |id: &str| -> Option<String> {
            let people = people?;
            let ids = evidence.column(people, "person")?;
            let emails = evidence.column(people, "email")?;
            let mut rows = evidence.tables[people].rows(at);
            let row = rows.find(|row| text(ids, *row) == id)?;
            Some(text(emails, row)).filter(|e| !e.is_empty())
        };
        for row in table.rows(at) {
            let on = expires.day(row);
            let held = ledger.spans(domain::ledger::FactId { kind, row });
            let holds = held
                .iter()
                .any(|(from, until)| *from <= today && today < *until);
            let days = on.0.saturating_sub(today.0);
            let Some(step) = step(days).filter(|_| holds && on != Day::MAX) else {
                continue;
            };
            let id = text(person, row);
            let name = names.iter().find(|(p, _)| *p == id);
            let name = name.map_or(&*id, |(_, name)| &**name);
            let what = text(credential, row);
            due.push(Due {
                kind: NoticeKind::Certificate,
                subject: format!("{} {on} {step}", table.line[row]),
                says: Says::Certificate {
                    what,
                    who: name.to_owned(),
                    on,
                    told: today,
                },
                about: vec![
                    ("person".to_owned(), id.clone()),
                    ("version".to_owned(), table.line[row].to_string()),
                ],
                holder: address_of(&id).map(|email| (id, email)),
            });
        }
        Ok(())
    }

    async fn tell(
        &self,
        partner: &str,
        readers: &[String],
        choices: &[(String, String, String)],
        due: &[Due],
        told: &mut Told,
    ) -> Result<(), Refusal> {
        let scope = Scope::of(partner);
        let now = self.now();
        let name = self.partner_name(partner);
        let settings = self
            .partner_settings(&Actor::system("notices"), partner)
            .await?;
        let lang = Lang::of_tag(&settings.language).unwrap_or_default();
        let mut tx = self.store.write(&scope).await?;
        let mut count = 0;
        for one in due {
            for account in readers {
                let ways = ways_of(choices, account, one.kind);
                let seen = (!ways.contains(&Way::Page)).then_some(now.0);
                if ways.is_empty() || !self.note(&mut tx, partner, account, one, seen).await? {
                    continue;
                }
                count += 1;
                told.pages += usize::from(ways.contains(&Way::Page));
                if ways.contains(&Way::Mail)
                    && let Some(reader) = tx.account(account).await?
                    && reader.state == AccountState::Active
                {
                    let lang = reader_language(&mut tx, account, lang).await?;
                    post(&mut tx, now, &reader.email, &name, &one.says, lang).await?;
                    told.mails += 1;
                }
            }
            let chosen = |(account, kind, ways): &(String, String, String)| {
                kind == one.kind.name()
                    && readers.contains(account)
                    && ways_in(ways).contains(&Way::Hook)
            };
            if choices.iter().any(chosen) && self.note(&mut tx, partner, HOOKS, one, None).await? {
                told.hooks += 1;
                count += 1;
            }
            let to_holders = ways_of(choices, HOLDERS, NoticeKind::Holder).contains(&Way::Mail);
            if let Some((person, email)) = one.holder.as_ref().filter(|_| to_holders) {
                let holder = format!("person {person}");
                if self
                    .note(&mut tx, partner, &holder, one, Some(now.0))
                    .await?
                {
                    post(&mut tx, now, email, &name, &one.says, lang).await?;
                    told.mails += 1;
                    count += 1;
                }
            }
        }
        if count > 0 {
            let actor = Actor::system("notices");
            let detail = json!({ "told": count });
            let new = self.change(&actor, "tell", Some(partner), "notices", detail);
            tx.append(&scope, new, &[]).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    async fn note(
        &self,
        tx: &mut Tx,
        partner: &str,
        account: &str,
        due: &Due,
        seen: Option<i64>,
    ) -> Result<bool, Refusal> {
        let about: serde_json::Map<String, Value> = due
            .about
            .iter()
            .map(|(name, text)| (name.clone(), text.clone().into()))
            .collect();
        let row = NoticeRow {
            notice: fresh_id('n'),
            partner: partner.to_owned(),
            account: account.to_owned(),
            kind: due.kind.name().to_owned(),
            subject: due.subject.clone(),
            detail: json!({ "text": due.says.words(Lang::default()), "says": due.says.kept(), "about": about })
                .to_string(),
            at: self.now().0,
            seen,
        };
        Ok(tx.tell(&row).await?)
    }
}

fn ways_in(text: &str) -> Vec<Way> {
    let list = serde_json::from_str::<Value>(text).unwrap_or_default();
    let names = list.as_array().into_iter().flatten();
    names.filter_map(|n| Way::named(n.as_str()?)).collect()
}

/// The ways that were chosen; on the page where nothing was, and what is told to holders or once a week then not at all.
pub(crate) fn ways_of(
    choices: &[(String, String, String)],
    account: &str,
    kind: NoticeKind,
) -> Vec<Way> {
    let chosen = choices
        .iter()
        .find(|(a, k, _)| a == account && k == kind.name());
    match chosen {
        Some((_, _, ways)) => ways_in(ways),
        None if matches!(kind, NoticeKind::Holder | NoticeKind::Digest) => vec![],
        None => vec![Way::Page],
    }
}

async fn post(
    tx: &mut Tx,
    now: Instant,
    email: &str,
    partner: &str,
    says: &Says,
    lang: Lang,
) -> Result<(), Refusal> {
    let text = says.words(lang);
    let mail = MailRow {
        subject: text.trim_end_matches('.').chars().take(200).collect(),
        body: fill(
            lang.texts().told_mail,
            &[("text", &text), ("partner", partner)],
        ),
        ..MailRow::new(fresh_id('m'), "notice", email, now)
    };
    tx.insert_mail(&mail).await?;
    Ok(())
}

fn notice_of(row: NoticeRow) -> Option<Notice> {
    let detail: Value = serde_json::from_str(&row.detail).unwrap_or_default();
    let about = detail.get("about").and_then(Value::as_object);
    let kind = NoticeKind::named(&row.kind)?;
    Some(Notice {
        kind,
        says: detail.get("says").and_then(|kept| Says::of(kind, kept)),
        text: detail.get("text")?.as_str()?.to_owned(),
        about: about
            .into_iter()
            .flatten()
            .filter_map(|(name, text)| Some((name.clone(), text.as_str()?.to_owned())))
            .collect(),
        notice: row.notice,
        at: Instant(row.at),
    })
}
