//! What a partner has set: the first run, the programs it follows, its calendar; and how old its evidence is.

use std::collections::BTreeSet;

use domain::business::BusinessDays;
use domain::calendar::Day;
use domain::diagnostic::{Diagnostic, Place, did_you_mean};
use domain::instant::Instant;
use domain::ledger::State;
use serde_json::{Value, json};
use store::SettingsRow;

use crate::access::{Actor, May, Verb};
use crate::clock::Zone;
use crate::edit::Edit;
use crate::office::{Done, Office};
use crate::refusal::Refusal;

/// The languages that pages and mail are written in.
pub const LANGUAGES: &[&str] = &["en", "de"];

/// What a partner has set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartnerSettings {
    /// How often it was said; whoever sets it names this number.
    pub version: i64,
    /// The currency, ISO 4217, where one was said.
    pub currency: Option<String>,
    /// Where "today" is, as `Europe/Berlin`.
    pub zone: String,
    /// The language of pages and mail.
    pub language: String,
    /// The programs that are followed, by id; all where none is named.
    pub follows: Vec<String>,
    /// Which days are worked.
    pub days: BusinessDays,
    /// What the holidays are called.
    pub holidays: Vec<(Day, String)>,
    /// Business days that the review of a reference may take.
    pub review_days: u32,
    /// Where the vendor's own form is, by program.
    pub forms: Vec<(String, String)>,
}

impl Default for PartnerSettings {
    fn default() -> Self {
        PartnerSettings {
            version: 0,
            currency: None,
            zone: "UTC".to_owned(),
            language: "en".to_owned(),
            follows: vec![],
            days: BusinessDays::default(),
            holidays: vec![],
            review_days: 5,
            forms: vec![],
        }
    }
}

impl PartnerSettings {
    /// Is a program followed?
    pub fn follows(&self, program: &str) -> bool {
        self.follows.is_empty() || self.follows.iter().any(|p| p == program)
    }

    /// Where the vendor's own form of a program is.
    pub fn form(&self, program: &str) -> Option<&str> {
        let mut forms = self.forms.iter();
        forms.find(|(p, _)| p == program).map(|(_, url)| &**url)
    }

    /// The last day on which the review of what came in on a day is in time.
    pub fn review_due(&self, submitted: Day) -> Day {
        self.days.after(submitted, self.review_days)
    }

    pub(crate) fn of(row: SettingsRow) -> PartnerSettings {
        let list = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
        let texts = |value: &Value| -> Vec<String> {
            let all = value.as_array().into_iter().flatten();
            all.filter_map(|v| v.as_str().map(str::to_owned)).collect()
        };
        let holidays: Vec<(Day, String)> = list(&row.holidays)
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|pair| {
                let pair = texts(pair);
                Some((Day::parse(pair.first()?)?, pair.get(1)?.clone()))
            })
            .collect();
        let free: Vec<usize> = list(&row.free)
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|d| usize::try_from(d.as_u64()?).ok())
            .collect();
        let days = holidays.iter().map(|(day, _)| *day).collect();
        PartnerSettings {
            version: row.version,
            currency: (!row.currency.is_empty()).then_some(row.currency),
            zone: row.zone,
            language: row.language,
            follows: texts(&list(&row.follows)),
            days: BusinessDays::new(&free, days).unwrap_or_default(),
            holidays,
            review_days: u32::try_from(row.review_days).unwrap_or(5),
            forms: list(&row.forms)
                .as_object()
                .into_iter()
                .flatten()
                .filter_map(|(program, url)| Some((program.clone(), url.as_str()?.to_owned())))
                .collect(),
        }
    }

    fn row(&self, partner: &str) -> SettingsRow {
        let holidays: Vec<Value> = self
            .holidays
            .iter()
            .map(|(day, name)| json!([day.to_string(), name]))
            .collect();
        let forms: serde_json::Map<String, Value> = self
            .forms
            .iter()
            .map(|(program, url)| (program.clone(), url.clone().into()))
            .collect();
        SettingsRow {
            partner: partner.to_owned(),
            version: self.version + 1,
            currency: self.currency.clone().unwrap_or_default(),
            zone: self.zone.clone(),
            language: self.language.clone(),
            follows: json!(self.follows).to_string(),
            free: json!(self.days.free()).to_string(),
            holidays: Value::from(holidays).to_string(),
            review_days: self.review_days.into(),
            forms: Value::Object(forms).to_string(),
        }
    }
}

/// The status and the review days of one program, as the partner enters them at the first run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The program.
    pub program: String,
    /// The level that is held, where one is.
    pub level: String,
    /// Since when, as a day.
    pub since: String,
    /// The last review.
    pub last_review_on: String,
    /// The next review.
    pub next_review_on: String,
    /// Until when the fee is paid.
    pub fee_paid_until: String,
}

/// What a partner says of itself at the first run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FirstRun {
    /// What the company is called.
    pub name: String,
    /// Its country, as a file would say it; empty where it is not said.
    pub country: String,
    /// Where it stands in the programs that it follows.
    pub standings: Vec<Standing>,
    /// The rest.
    pub settings: PartnerSettings,
}

/// How old a kind of evidence is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Age {
    /// The kind.
    pub kind: String,
    /// Was it supplied, even by an empty table?
    pub supplied: bool,
    /// The newest day of a record up to the day asked about.
    pub newest: Option<Day>,
    /// When it was last written: imported, entered or corrected.
    pub written: Option<Instant>,
}

fn slip(code: &'static str, message: String, field: &str, help: impl Into<String>) -> Diagnostic {
    Diagnostic::error(code, message, Place::default().showing(field)).help(help)
}

impl Office {
    /// What is wrong with settings before they are set.
    fn check_settings(&self, settings: &PartnerSettings) -> Vec<Diagnostic> {
        let mut problems = vec![];
        let library = self.programs.library();
        if let Some(currency) = &settings.currency
            && !(currency.len() == 3 && currency.bytes().all(|b| b.is_ascii_uppercase()))
        {
            problems.push(slip(
                "bad-currency",
                format!("`{currency}` is no currency"),
                "currency",
                "a currency is written with three capitals, as in USD or EUR",
            ));
        }
        if let Err(help) = Zone::named(&settings.zone) {
            let message = format!("`{}` is no time zone", settings.zone);
            problems.push(slip("bad-time-zone", message, "zone", help));
        }
        if !LANGUAGES.contains(&&*settings.language) {
            problems.push(slip(
                "unknown-language",
                format!("there are no pages in the language `{}`", settings.language),
                "language",
                format!("there are {}", LANGUAGES.join(", ")),
            ));
        }
        let known = library.programs();
        let named = settings.follows.iter();
        for program in named.chain(settings.forms.iter().map(|(p, _)| p)) {
            if !known.contains(&&**program) {
                problems.push(slip(
                    "unknown-program",
                    format!("there is no program `{program}`"),
                    "follows",
                    did_you_mean(program, known.iter().copied()),
                ));
            }
        }
        for (_, url) in &settings.forms {
            if !(url.starts_with("https://") || url.starts_with("http://")) || url.len() > 2_000 {
                problems.push(slip(
                    "bad-address",
                    format!("`{url}` is no address of a page"),
                    "forms",
                    "it begins with https://",
                ));
            }
        }
        if settings.holidays.iter().any(|(_, name)| name.len() > 200)
            || settings.holidays.len() > 1_000
        {
            problems.push(slip(
                "too-many-holidays",
                "there are more than 1,000 holidays, or one has a name of more than 200 characters"
                    .to_owned(),
                "holidays",
                "the calendar of a few years is enough",
            ));
        }
        if !(1..=60).contains(&settings.review_days) {
            problems.push(slip(
                "out-of-range",
                format!(
                    "a review cannot take {} business days",
                    settings.review_days
                ),
                "review_days",
                "it is between 1 and 60",
            ));
        }
        problems
    }

    /// What a partner has set, for whoever has any role there.
    pub async fn partner_settings(
        &self,
        actor: &Actor,
        partner: &str,
    ) -> Result<PartnerSettings, Refusal> {
        if !actor.sees(partner) {
            return Err(Refusal::no("partner", partner));
        }
        self.settings_unasked(partner).await
    }

    /// The same for the product itself.
    pub(crate) async fn settings_unasked(&self, partner: &str) -> Result<PartnerSettings, Refusal> {
        let mut tx = self.store.read(&store::Scope::of(partner)).await?;
        let row = tx.partner_settings(partner).await?;
        Ok(row.map(PartnerSettings::of).unwrap_or_default())
    }

    /// Sets what a partner has set, whole.
    pub async fn set_partner_settings(
        &self,
        actor: &Actor,
        partner: &str,
        settings: &PartnerSettings,
    ) -> Result<Done<PartnerSettings>, Refusal> {
        actor.permit(Verb::EditPartner, partner)?;
        let problems = self.check_settings(settings);
        if !problems.is_empty() {
            return Err(Refusal::Problems(problems));
        }
        let scope = actor.scope();
        let mut tx = self.store.write(&scope).await?;
        let row = settings.row(partner);
        if !tx.set_partner_settings(&row, settings.version).await? {
            let now = tx.partner_settings(partner).await?.map(|r| r.version);
            return Err(Refusal::Conflict {
                what: "the settings".to_owned(),
                now,
            });
        }
        let new = self.change(
            actor,
            Verb::EditPartner.name(),
            Some(partner),
            "settings",
            json!({ "follows": settings.follows, "zone": settings.zone, "language": settings.language }),
        );
        let change = tx.append(&scope, new, &[]).await?.change;
        tx.commit().await?;
        Ok(Done {
            value: PartnerSettings::of(row),
            change,
        })
    }

    /// Carries out the first run: the name of the company, where it stands, and its settings. What it says of records
    /// corrects those that are there.
    pub async fn set_up(
        &self,
        actor: &Actor,
        partner: &str,
        first: &FirstRun,
    ) -> Result<Done<PartnerSettings>, Refusal> {
        actor.permit(Verb::EditPartner, partner)?;
        let problems = self.check_settings(&first.settings);
        if !problems.is_empty() {
            return Err(Refusal::Problems(problems));
        }
        let mut edits = vec![];
        let mut company = vec![];
        for (name, text) in [("name", &first.name), ("country", &first.country)] {
            if !text.trim().is_empty() {
                company.push((name.to_owned(), text.trim().to_owned()));
            }
        }
        if !company.is_empty() {
            self.say(actor, partner, "partners", company, &mut edits)
                .await?;
        }
        for standing in &first.standings {
            let cells = [
                ("program", &standing.program),
                ("level", &standing.level),
                ("since", &standing.since),
                ("last_review_on", &standing.last_review_on),
                ("next_review_on", &standing.next_review_on),
                ("fee_paid_until", &standing.fee_paid_until),
            ];
            let cells = cells
                .into_iter()
                .filter(|(_, text)| !text.trim().is_empty())
                .map(|(name, text)| (name.to_owned(), text.trim().to_owned()))
                .collect();
            self.say(actor, partner, "enrollments", cells, &mut edits)
                .await?;
        }
        if !edits.is_empty() {
            self.edit_as(actor, May::Yes, Verb::EditPartner, partner, &edits)
                .await?;
        }
        self.set_partner_settings(actor, partner, &first.settings)
            .await
    }

    /// The edit that makes a record say this: a new one, or a correction that leaves alone what is not said.
    async fn say(
        &self,
        actor: &Actor,
        partner: &str,
        kind: &str,
        cells: Vec<(String, String)>,
        edits: &mut Vec<Edit>,
    ) -> Result<(), Refusal> {
        let of = self.kind(kind)?;
        let key = crate::records::key_parts(&crate::records::key_of(of, &cells));
        let mut tx = self.read(actor).await?;
        let facts = tx.standing_of_kind(partner, kind, i64::MAX).await?;
        let there = facts
            .into_iter()
            .find(|f| crate::records::key_parts(&f.key) == key);
        edits.push(match there {
            None => Edit::Add {
                kind: kind.to_owned(),
                cells,
            },
            Some(fact) => {
                let mut all = fact
                    .cells
                    .as_deref()
                    .map(crate::records::cells_of)
                    .unwrap_or_default();
                let before = all.clone();
                all.retain(|(name, _)| !cells.iter().any(|(n, _)| n == name));
                all.extend(cells);
                let same = before.len() == all.len() && before.iter().all(|c| all.contains(c));
                if same {
                    return Ok(());
                }
                Edit::Correct {
                    version: fact.fact,
                    cells: all,
                }
            }
        });
        Ok(())
    }

    /// How old each kind of a partner's evidence is, in the order of the vocabulary.
    pub async fn ages(&self, actor: &Actor, partner: &str, day: Day) -> Result<Vec<Age>, Refusal> {
        actor.permit(Verb::ReadStanding, partner)?;
        let shelves = self.shelves()?;
        let (shelf, at) = shelves
            .find(partner)
            .ok_or_else(|| Refusal::no("partner", partner))?;
        let mut tx = self.read(actor).await?;
        let written = tx.kinds_written(partner).await?;
        let ledger = &shelf.engine.ledger;
        let evidence = &ledger.evidence;
        let kinds = evidence.vocabulary.kinds.values().enumerate();
        Ok(kinds
            .map(|(place, kind)| {
                let table = &evidence.tables[place];
                let of_kind = &ledger.kinds[place];
                let opened = of_kind.opened(table);
                let stands =
                    |row: &usize| matches!(of_kind.state(*row), State::Known | State::MayHold);
                let newest = table
                    .rows(at)
                    .filter(stands)
                    .filter_map(|row| opened.get(row).map(|d| Day(*d)))
                    .filter(|d| d.is_real() && *d <= day)
                    .max();
                let of = written.iter().find(|(name, _)| *name == kind.name);
                Age {
                    kind: kind.name.clone(),
                    supplied: table.supplied,
                    newest,
                    written: of.map(|(_, at)| Instant(*at)),
                }
            })
            .collect())
    }

    /// The programs that a partner follows and that there are, in the order of the library.
    pub fn followed(&self, settings: &PartnerSettings) -> Vec<String> {
        let library = self.programs.library();
        let all: BTreeSet<&str> = library.programs().into_iter().collect();
        let followed = all.into_iter().filter(|p| settings.follows(p));
        followed.map(str::to_owned).collect()
    }
}
