//! The audit log as a page: who did what, when, to what; as a file; and whether the chain is whole.

use app::access::Verb;
use app::audit::Logged;
use app::refusal::Refusal;
use app::store::{Change, Sought};
use askama::Template;

use crate::serve::problem::Problem;

use super::super::super::frame::{Frame, Here};
use super::super::super::routes::{csv, download};
use super::super::super::texts::fill;
use super::super::super::view::to_the_second;
use super::super::super::visit::{Answer, Visit};
use super::super::errors::sentence;
use super::{Choice, html};

/// So many changes stand on a page.
const ON_A_PAGE: i64 = 50;
/// So many stand in a file at most; whoever wants more narrows it.
const IN_A_FILE: usize = 100_000;

/// The audit log.
#[derive(Template)]
#[template(path = "work/audit.html")]
pub struct Page {
    /// What stands around it.
    pub f: Frame,
    /// Whose log it is: of the partner, or of everybody and the server.
    pub of_all: bool,
    /// May the log of everybody be read, and verified?
    pub may_all: bool,
    /// Who did it, as was asked.
    pub who: String,
    /// The accounts that have a role at the partner, to choose from.
    pub people: Vec<Choice>,
    /// What was done, as was asked.
    pub what: String,
    /// To what, as was asked.
    pub to_what: String,
    /// From which day, as was asked.
    pub from: String,
    /// To which day, that one too, as was asked.
    pub to: String,
    /// The changes.
    pub rows: Vec<Row>,
    /// The page with older ones.
    pub older: Option<String>,
    /// The newest ones, where these are older.
    pub newest: Option<String>,
    /// The same as a file.
    pub file: String,
    /// Checks the chain.
    pub verify: String,
    /// What the check found: is it whole, in a sentence, and what does not hold.
    pub verified: Option<(bool, String, Vec<String>)>,
}

/// A change.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its number.
    pub change: i64,
    /// When, to the second.
    pub at: String,
    /// Who.
    pub who: String,
    /// What was done.
    pub what: String,
    /// To what.
    pub subject: String,
    /// At which partner; empty where it is nobody's alone.
    pub partner: String,
    /// What else is remembered.
    pub detail: String,
}

fn sought(visit: &Visit) -> Sought {
    let text = |name: &str| {
        let said = visit.get(name).trim();
        (!said.is_empty() && !said.contains('\0')).then(|| said.to_owned())
    };
    let clock = &visit.office.clock;
    Sought {
        partner: None,
        actor: text("who"),
        verb: text("what"),
        subject: text("subject"),
        from: visit.day("from").map(|day| clock.begin_of(day)),
        until: visit.day("to").map(|day| clock.begin_of(day.next())),
        before: visit.get("before").parse().ok(),
    }
}

async fn logged(visit: &Visit, sought: &Sought, limit: i64) -> Result<Logged, Refusal> {
    let (office, actor) = (&visit.office, &visit.actor);
    if visit.get("of") == "server" {
        office.audit_all(actor, sought, limit).await
    } else {
        office.audit(actor, &visit.partner, sought, limit).await
    }
}

fn row(change: Change, people: &[(String, String)]) -> Row {
    let named = people.iter().find(|(id, _)| *id == change.actor);
    Row {
        change: change.change,
        at: to_the_second(change.at),
        who: named.map_or_else(|| change.actor.clone(), |(_, name)| name.clone()),
        what: change.verb,
        subject: change.subject,
        partner: change.partner.unwrap_or_default(),
        detail: if change.detail == "{}" {
            String::new()
        } else {
            change.detail
        },
    }
}

async fn make(
    visit: &Visit,
    verified: Option<(bool, String, Vec<String>)>,
) -> Result<Page, Problem> {
    let (office, actor) = (&visit.office, &visit.actor);
    let of_all = visit.get("of") == "server";
    let logged = logged(visit, &sought(visit), ON_A_PAGE).await?;
    let known = office.colleagues(actor, &visit.partner).await?;
    let f = visit.frame.clone();
    let t = f.t;
    let asked = ["of", "who", "what", "subject", "from", "to"];
    let keep = |path: &str, more: &[(&'static str, &str)]| {
        let own = asked.iter().map(|name| (*name, visit.get(name)));
        let all: Vec<(&str, &str)> = own.chain(more.iter().copied()).collect();
        f.links.with(path, &all)
    };
    let before = logged.next.map(|n| n.to_string());
    let who = visit.get("who").to_owned();
    Ok(Page {
        of_all,
        may_all: actor.may(Verb::AuditAll),
        people: known
            .iter()
            .map(|(id, name)| Choice::new(id, name, *id == who))
            .collect(),
        what: visit.get("what").to_owned(),
        to_what: visit.get("subject").to_owned(),
        from: visit.get("from").to_owned(),
        to: visit.get("to").to_owned(),
        older: before.map(|before| keep("/audit", &[("before", &before)])),
        newest: (!visit.get("before").is_empty()).then(|| keep("/audit", &[])),
        file: keep("/audit.csv", &[]),
        verify: keep("/audit/verify", &[]),
        rows: logged.changes.into_iter().map(|c| row(c, &known)).collect(),
        who,
        verified,
        f: f.at(Here::Audit, t.audit),
    })
}

/// `GET /audit`
pub async fn page(visit: Visit) -> Answer {
    html(&make(&visit, None).await?)
}

/// `GET /audit.csv`: what is sought, newest first.
pub async fn file(visit: Visit) -> Answer {
    let mut sought = sought(&visit);
    let mut rows: Vec<Vec<String>> = vec![];
    loop {
        let logged = logged(&visit, &sought, app::audit::MOST).await?;
        rows.extend(logged.changes.into_iter().map(|c| {
            vec![
                c.change.to_string(),
                c.at.to_string(),
                c.actor,
                c.verb,
                c.partner.unwrap_or_default(),
                c.subject,
                c.detail,
                app::store::hex(&c.seal),
            ]
        }));
        match logged.next {
            Some(next) if rows.len() < IN_A_FILE => sought.before = Some(next),
            _ => break,
        }
    }
    let header = [
        "change", "at", "actor", "verb", "partner", "subject", "detail", "seal",
    ];
    let header = header.map(str::to_owned);
    Ok(download(
        csv(&header, &rows),
        "text/csv; charset=utf-8",
        "audit.csv",
    ))
}

/// `POST /audit/verify`: makes every seal again.
pub async fn verify(visit: Visit) -> Answer {
    let found = visit
        .office
        .verify_audit(&visit.actor, None, &mut |_, _| {})
        .await?;
    let t = visit.frame.t;
    let lang = visit.frame.lang;
    let head = app::store::hex(&found.head);
    let words = [
        ("changes", lang.count(found.changes)),
        ("facts", lang.count(found.facts)),
        ("head", head),
    ];
    let blanks: Vec<(&str, &str)> = words.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let flaws: Vec<String> = found
        .flaws
        .iter()
        .map(|flaw| sentence(&app::audit::flaw_in_words(flaw, lang)))
        .collect();
    let said = if flaws.is_empty() {
        fill(t.audit_whole, &blanks)
    } else {
        fill(t.audit_broken, &blanks)
    };
    html(&make(&visit, Some((flaws.is_empty(), said, flaws))).await?)
}
