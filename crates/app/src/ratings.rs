//! "Rate this partner": customers who are asked, what they answer, and what becomes of it.
//!
//! A response counts only after two checks: the customer confirms the address by a mailed link, and somebody confirms that
//! it is a customer. Then it becomes a record. Its score never counts toward a level, and stays the customer's own unless
//! they consent. It counts only for programs whose edition names this form.

use domain::calendar::Day;
use domain::diagnostic::{Diagnostic, Place};
use domain::instant::Instant;
use domain::routes;
use serde_json::json;
use store::{MailRow, RatingRow, Scope, Store, StoreError, Tx};

use crate::access::{Actor, May, Verb};
use crate::edit::{Edit, Record};
use crate::links::{LinkSecret, fresh_id, hash_of};
use crate::office::{Done, Office};
use crate::refusal::Refusal;
use crate::settings::PartnerSettings;
use crate::tasks::checked_text;

/// The kind of records that responses become.
pub const KIND: &str = "csat";
/// What an edition calls this form where it wants responses to come by it: `csat where route = rating-form`.
pub const FORM: &str = "rating-form";
/// A request ends after so many days.
const DAYS: i64 = 60;
/// A reminder is not written before so many days have passed since the last mail.
const PATIENCE_DAYS: i64 = 7;
/// Nobody is reminded more often.
const REMINDERS: i64 = 1;
/// So many customers are asked at once at most.
const MOST: usize = 200;

/// How far a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RatingState {
    /// It was sent.
    Open,
    /// It was answered; the address is not confirmed yet.
    Answered,
    /// The address is confirmed; nobody has said yet whether it is a customer.
    Confirmed,
    /// It is a customer: there is a record.
    Accepted,
    /// It is no customer.
    Refused,
    /// Who was asked does not want to be.
    Declined,
    /// Who asked took it back.
    Withdrawn,
    /// Nobody answered in time.
    Expired,
    /// Who was asked was erased.
    Erased,
}

impl RatingState {
    const ALL: [RatingState; 9] = [
        RatingState::Open,
        RatingState::Answered,
        RatingState::Confirmed,
        RatingState::Accepted,
        RatingState::Refused,
        RatingState::Declined,
        RatingState::Withdrawn,
        RatingState::Expired,
        RatingState::Erased,
    ];

    /// Its name in the database and in addresses.
    pub fn name(self) -> &'static str {
        match self {
            RatingState::Open => "open",
            RatingState::Answered => "answered",
            RatingState::Confirmed => "confirmed",
            RatingState::Accepted => "accepted",
            RatingState::Refused => "refused",
            RatingState::Declined => "declined",
            RatingState::Withdrawn => "withdrawn",
            RatingState::Expired => "expired",
            RatingState::Erased => "erased",
        }
    }

    fn named(name: &str) -> RatingState {
        let mut all = RatingState::ALL.into_iter();
        all.find(|s| s.name() == name)
            .unwrap_or(RatingState::Erased)
    }

    /// Does it stand in the way of asking the same person again?
    pub fn is_open(self) -> bool {
        matches!(
            self,
            RatingState::Open | RatingState::Answered | RatingState::Confirmed
        )
    }
}

/// Somebody to be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRating {
    /// The program for which it is to count.
    pub program: String,
    /// The customer, as the evidence calls it.
    pub customer: String,
    /// Who is asked.
    pub person: String,
    /// Where.
    pub email: String,
}

/// A request, as the partner sees it: without score and comment where the customer did not consent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rating {
    /// Its id.
    pub request: String,
    /// The program for which it is to count.
    pub program: String,
    /// The customer.
    pub customer: String,
    /// Who was asked.
    pub person: String,
    /// Where.
    pub email: String,
    /// How far it is.
    pub state: RatingState,
    /// When it was asked.
    pub created: Instant,
    /// When it ends.
    pub expires: Instant,
    /// When a reminder was last written.
    pub reminded: Option<Instant>,
    /// May a reminder be written now?
    pub may_remind: bool,
    /// When it was answered.
    pub answered: Option<Instant>,
    /// When the address was confirmed.
    pub confirmed: Option<Instant>,
    /// When it was decided whether it is a customer.
    pub decided: Option<Instant>,
    /// Why it was decided so.
    pub reason: String,
    /// Score and comment, where the customer consents.
    pub shared: Option<(u8, String)>,
}

/// A program, and by which way responses count for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RatingProgram {
    /// The program.
    pub program: String,
    /// What it is called.
    pub title: String,
    /// Does its edition name this form?
    pub counts_here: bool,
    /// Where the vendor's own form is, where that was set.
    pub form: Option<String>,
}

/// What a customer sees behind the link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RatingForm {
    /// Who is rated.
    pub partner: String,
    /// What that partner is called.
    pub partner_name: String,
    /// For which program, as it is called.
    pub program: String,
    /// For which customer.
    pub customer: String,
    /// Who is asked.
    pub person: String,
    /// The address that will be confirmed.
    pub email: String,
    /// The language of the page.
    pub language: String,
    /// How far it is.
    pub state: RatingState,
    /// When it ends.
    pub expires: Instant,
}

/// What a customer answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RatingAnswer {
    /// From 1 to 5.
    pub score: u8,
    /// What else is to be said.
    pub comment: String,
    /// May the partner see both? No, unless the customer says so.
    pub shared: bool,
}

/// What became of requests that were looked after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tended {
    /// How many people were reminded.
    pub reminded: usize,
    /// How many requests ended without an answer.
    pub expired: usize,
}

fn view(row: RatingRow, now: Instant) -> Rating {
    let state = RatingState::named(&row.state);
    let since = row.reminded.unwrap_or(row.created);
    let shared = row
        .score
        .and_then(|s| u8::try_from(s).ok())
        .filter(|_| row.shared);
    Rating {
        may_remind: state == RatingState::Open
            && row.reminders < REMINDERS
            && now.0 < row.expires
            && now >= Instant(since).plus_seconds(PATIENCE_DAYS * 86_400),
        state,
        request: row.request,
        program: row.program,
        customer: row.customer,
        person: row.person,
        email: row.email,
        created: Instant(row.created),
        expires: Instant(row.expires),
        reminded: row.reminded.map(Instant),
        answered: row.answered.map(Instant),
        confirmed: row.confirmed.map(Instant),
        decided: row.decided.map(Instant),
        reason: row.reason,
        shared: shared.map(|score| (score, row.comment)),
    }
}

fn slip(code: &'static str, message: String, field: &str, help: &str) -> Refusal {
    Diagnostic::error(code, message, Place::default().showing(field))
        .help(help)
        .into()
}

/// An e-mail address that can be written to.
fn checked_email(email: &str) -> Result<String, Refusal> {
    let email = email.trim();
    if email.len() > 254 || email.parse::<lettre::Address>().is_err() {
        return Err(slip(
            "wrong-email",
            format!("`{email}` is not an e-mail address"),
            "email",
            "write it like name@company.example",
        ));
    }
    Ok(email.to_owned())
}

/// What a mail to a customer is about.
#[derive(Clone, Copy)]
enum Letter {
    Ask,
    Remind,
    Confirm,
}

/// Subject and text of a mail to a customer; `{link}` stands for the link.
fn letter(of: Letter, language: &str, partner: &str, person: &str) -> (String, String) {
    match (language, of) {
        ("de", Letter::Ask) => (
            format!("Wie zufrieden sind Sie mit {partner}?"),
            format!(
                "Guten Tag {person},\n\n{partner} bittet Sie um eine Bewertung. Es dauert eine Minute, und ein Konto brauchen \
                 Sie nicht:\n\n{{link}}\n\nIhre Antwort sieht {partner} nur, wenn Sie es erlauben. Wenn Sie nicht antworten \
                 möchten, können Sie das auf derselben Seite sagen, und wir fragen nicht noch einmal."
            ),
        ),
        ("de", Letter::Remind) => (
            format!("Zur Erinnerung: wie zufrieden sind Sie mit {partner}?"),
            format!(
                "Guten Tag {person},\n\nvor einiger Zeit haben wir Sie um eine Bewertung von {partner} gebeten. Wenn Sie eine \
                 Minute haben, freuen wir uns:\n\n{{link}}\n\nEine weitere Erinnerung bekommen Sie nicht."
            ),
        ),
        ("de", Letter::Confirm) => (
            "Bitte bestätigen Sie Ihre Adresse".to_owned(),
            format!(
                "Guten Tag {person},\n\ndanke für Ihre Bewertung von {partner}. Bitte bestätigen Sie, dass sie von Ihnen \
                 ist:\n\n{{link}}\n\nWenn Sie nichts bewertet haben, tun Sie nichts; dann zählt sie nicht."
            ),
        ),
        (_, Letter::Ask) => (
            format!("How satisfied are you with {partner}?"),
            format!(
                "Hello {person},\n\n{partner} asks you for a rating. It takes a minute, and you need no account:\n\n{{link}}\n\n\
                 {partner} sees your answer only if you allow it. If you would rather not answer, you can say so on the same \
                 page, and we will not ask again."
            ),
        ),
        (_, Letter::Remind) => (
            format!("A reminder: how satisfied are you with {partner}?"),
            format!(
                "Hello {person},\n\na while ago we asked you for a rating of {partner}. If you have a minute, we would be \
                 glad:\n\n{{link}}\n\nYou will get no further reminder."
            ),
        ),
        (_, Letter::Confirm) => (
            "Please confirm your address".to_owned(),
            format!(
                "Hello {person},\n\nthank you for your rating of {partner}. Please confirm that it is \
                 yours:\n\n{{link}}\n\nIf you rated nothing, do nothing; then it does not count."
            ),
        ),
    }
}

impl Office {
    /// By which way responses count for each program that a partner follows and that counts them at all.
    pub async fn rating_programs(
        &self,
        actor: &Actor,
        partner: &str,
    ) -> Result<Vec<RatingProgram>, Refusal> {
        let settings = self.partner_settings(actor, partner).await?;
        let today = self.clock.today();
        let programs = self.programs.now().programs.clone();
        let library = &programs.library;
        let kind = library.vocabulary.kinds.get_index_of(KIND);
        let reads = |program: &str| {
            let edition = library.governing(program, today);
            let at = edition.and_then(|e| programs.find(program, &e.edition));
            let compiled = at.map(|at| &programs.compiled[at]);
            compiled.is_some_and(|c| {
                crate::missing::kinds_read(c)
                    .into_iter()
                    .any(|k| Some(k) == kind)
            })
        };
        Ok(self
            .followed(&settings)
            .into_iter()
            .filter(|program| reads(program))
            .map(|program| RatingProgram {
                title: library
                    .governing(&program, today)
                    .map_or_else(|| program.clone(), |e| e.title.clone()),
                counts_here: self.names_form(&program, today),
                form: settings.form(&program).map(str::to_owned),
                program,
            })
            .collect())
    }

    /// Does the edition of a program that is in force name this form?
    fn names_form(&self, program: &str, day: Day) -> bool {
        let library = self.programs.library();
        let edition = library.governing(program, day);
        edition.is_some_and(|e| routes::names(e, KIND, "route", FORM))
    }

    /// Asks customers for a rating, all of them or none. Somebody who is asked already is not asked again.
    pub async fn request_ratings(
        &self,
        actor: &Actor,
        partner: &str,
        new: &[NewRating],
    ) -> Result<Done<Vec<Rating>>, Refusal> {
        actor.permit(Verb::Share, partner)?;
        if new.is_empty() || new.len() > MOST {
            let message = format!("{} customers cannot be asked at once", new.len());
            return Err(slip(
                "out-of-range",
                message,
                "customers",
                "ask between 1 and 200",
            ));
        }
        let settings = self.partner_settings(actor, partner).await?;
        let today = self.clock.today();
        let now = self.now();
        let mut rows = vec![];
        for one in new {
            if !self.programs.library().programs().contains(&&*one.program) {
                return Err(Refusal::no("program", &one.program));
            }
            if !self.names_form(&one.program, today) {
                let help = match settings.form(&one.program) {
                    Some(url) => format!("send your customers to {url}, and record what the vendor confirms"),
                    None => "send your customers to the vendor's own form, and record what the vendor confirms".to_owned(),
                };
                return Err(slip(
                    "other-form",
                    format!("`{}` does not count responses by this form", one.program),
                    "program",
                    &help,
                ));
            }
            let customer = checked_text(&one.customer, "customer", 200, false)?;
            let person = checked_text(&one.person, "person", 200, false)?;
            if customer.is_empty() || person.is_empty() {
                let field = if customer.is_empty() {
                    "customer"
                } else {
                    "person"
                };
                let message = format!("`{field}` is empty");
                return Err(slip(
                    "empty-text",
                    message,
                    field,
                    "say who is asked, and of which customer",
                ));
            }
            let email = checked_email(&one.email)?;
            rows.push(RatingRow {
                request: fresh_id('r'),
                partner: partner.to_owned(),
                program: one.program.clone(),
                customer,
                person,
                address: email.to_lowercase(),
                email,
                state: RatingState::Open.name().to_owned(),
                created: now.0,
                by: actor.account.clone(),
                expires: now.plus_seconds(DAYS * 86_400).0,
                reminded: None,
                reminders: 0,
                score: None,
                comment: String::new(),
                shared: false,
                answered: None,
                confirmed: None,
                decided: None,
                decided_by: String::new(),
                reason: String::new(),
            });
        }
        let scope = actor.scope();
        let mut tx = self.store.write(&scope).await?;
        for row in &rows {
            let earlier = tx.ratings_to(partner, &row.address).await?;
            let state = |r: &RatingRow| RatingState::named(&r.state);
            if earlier.iter().any(|r| state(r) == RatingState::Declined) {
                return Err(slip(
                    "does-not-want",
                    format!("{} does not want to be asked", row.person),
                    "email",
                    "leave them out",
                ));
            }
            for old in earlier.iter().filter(|r| r.customer == row.customer) {
                // One whose time has passed does not stand in the way.
                if state(old) == RatingState::Open && old.expires <= now.0 {
                    let ended = RatingRow {
                        state: RatingState::Expired.name().to_owned(),
                        ..old.clone()
                    };
                    tx.update_rating(&ended, &old.state).await?;
                } else if state(old).is_open() {
                    return Err(already_asked(row));
                }
            }
            match tx.insert_rating(row).await {
                Ok(()) => {}
                Err(error) if error.is_duplicate() => return Err(already_asked(row)),
                Err(error) => return Err(error.into()),
            }
            self.post_letter(&mut tx, row, Letter::Ask, &settings)
                .await?;
        }
        let detail = json!({ "requests": rows.iter().map(|r| &r.request).collect::<Vec<_>>() });
        let change = self.change(actor, "request-ratings", Some(partner), "ratings", detail);
        let change = tx.append(&scope, change, &[]).await?.change;
        tx.commit().await?;
        Ok(Done {
            value: rows.into_iter().map(|r| view(r, now)).collect(),
            change,
        })
    }

    async fn post_letter(
        &self,
        tx: &mut Tx,
        row: &RatingRow,
        of: Letter,
        settings: &PartnerSettings,
    ) -> Result<(), Refusal> {
        let name = self.partner_name(&row.partner);
        let (subject, body) = letter(of, &settings.language, &name, &row.person);
        let kind = match of {
            Letter::Ask | Letter::Remind => "rate",
            Letter::Confirm => "confirm",
        };
        let now = self.now();
        let mail = MailRow {
            subject,
            body: format!("{body}\n\n{name}\n"),
            link: Some(format!("{kind} {} {}", row.request, row.partner)),
            ..MailRow::new(fresh_id('m'), "notice", &row.email, now)
        };
        tx.insert_mail(&mail).await?;
        Ok(())
    }

    async fn rating_row(
        &self,
        actor: &Actor,
        partner: &str,
        request: &str,
    ) -> Result<RatingRow, Refusal> {
        let mut tx = self.read(actor).await?;
        let row = tx.rating(partner, request).await?;
        row.ok_or_else(|| Refusal::no("rating", request))
    }

    /// Writes down what became of a request, unless something else did meanwhile.
    async fn move_rating(
        &self,
        scope: &Scope,
        actor: &Actor,
        row: &RatingRow,
        from: &str,
        verb: &str,
        letter: Option<Letter>,
    ) -> Result<i64, Refusal> {
        let settings = self.settings_unasked(&row.partner).await?;
        let mut tx = self.store.write(scope).await?;
        if !tx.update_rating(row, from).await? {
            return Err(Refusal::Conflict {
                what: "the rating".to_owned(),
                now: None,
            });
        }
        if let Some(of) = letter {
            self.post_letter(&mut tx, row, of, &settings).await?;
        }
        let subject = format!("rating {}", row.request);
        let detail = json!({ "state": row.state });
        let new = self.change(actor, verb, Some(&row.partner), subject, detail);
        let change = tx.append(scope, new, &[]).await?.change;
        tx.commit().await?;
        Ok(change)
    }

    /// Reminds somebody who was asked, once, and not before a week has passed.
    pub async fn remind_rating(
        &self,
        actor: &Actor,
        partner: &str,
        request: &str,
    ) -> Result<Done<Rating>, Refusal> {
        actor.permit(Verb::Share, partner)?;
        let old = self.rating_row(actor, partner, request).await?;
        let now = self.now();
        if !view(old.clone(), now).may_remind {
            return Err(slip(
                "not-again",
                format!("{} is not reminded now", old.person),
                "request",
                "a reminder goes out once, a week after the request at the earliest, and only until it is answered",
            ));
        }
        let row = RatingRow {
            reminded: Some(now.0),
            reminders: old.reminders + 1,
            ..old.clone()
        };
        let scope = actor.scope();
        let change = self
            .move_rating(
                &scope,
                actor,
                &row,
                &old.state,
                "remind-rating",
                Some(Letter::Remind),
            )
            .await?;
        Ok(Done {
            value: view(row, now),
            change,
        })
    }

    /// Takes a request back; its link works no more.
    pub async fn withdraw_rating(
        &self,
        actor: &Actor,
        partner: &str,
        request: &str,
    ) -> Result<Done<Rating>, Refusal> {
        actor.permit(Verb::Share, partner)?;
        let old = self.rating_row(actor, partner, request).await?;
        if RatingState::named(&old.state) != RatingState::Open {
            return Err(slip(
                "not-open",
                "only a request that waits for its answer can be taken back".to_owned(),
                "request",
                "leave it, or decide about it",
            ));
        }
        let row = RatingRow {
            state: RatingState::Withdrawn.name().to_owned(),
            ..old.clone()
        };
        let scope = actor.scope();
        let change = self
            .move_rating(&scope, actor, &row, &old.state, "withdraw-rating", None)
            .await?;
        Ok(Done {
            value: view(row, self.now()),
            change,
        })
    }

    /// The requests of a partner, newest first.
    pub async fn ratings(&self, actor: &Actor, partner: &str) -> Result<Vec<Rating>, Refusal> {
        actor.permit(Verb::ReadEvidence, partner)?;
        let now = self.now();
        let mut tx = self.read(actor).await?;
        let rows = tx.ratings(partner).await?;
        Ok(rows.into_iter().map(|r| view(r, now)).collect())
    }

    /// The request behind a link of this kind, for whoever has the link.
    async fn behind(&self, secret: &str, kind: &str) -> Result<RatingRow, Refusal> {
        let missing = || Refusal::no("link", "");
        let mut tx = self.store.read(&Scope::All).await?;
        let link = tx.rating_link(&hash_of(secret)).await?;
        let (partner, request, of) = link.ok_or_else(missing)?;
        if of != kind {
            return Err(missing());
        }
        let row = tx.rating(&partner, &request).await?.ok_or_else(missing)?;
        let gone = matches!(
            RatingState::named(&row.state),
            RatingState::Withdrawn | RatingState::Expired | RatingState::Erased
        );
        if gone || row.expires <= self.now().0 {
            return Err(missing());
        }
        Ok(row)
    }

    /// What a customer sees behind the link of a request. No account is needed.
    pub async fn rating_form(&self, secret: &str) -> Result<RatingForm, Refusal> {
        let row = self.behind(secret, "rate").await?;
        self.form_of(row).await
    }

    async fn form_of(&self, row: RatingRow) -> Result<RatingForm, Refusal> {
        let settings = self.settings_unasked(&row.partner).await?;
        let library = self.programs.library();
        let edition = library.governing(&row.program, self.clock.today());
        Ok(RatingForm {
            partner_name: self.partner_name(&row.partner),
            partner: row.partner,
            program: edition.map_or(row.program, |e| e.title.clone()),
            customer: row.customer,
            person: row.person,
            email: row.email,
            language: settings.language,
            state: RatingState::named(&row.state),
            expires: Instant(row.expires),
        })
    }

    /// Takes a customer's answer; until the address is confirmed, it can be given anew. A mail asks to confirm the address.
    pub async fn answer_rating(
        &self,
        secret: &str,
        answer: &RatingAnswer,
    ) -> Result<RatingForm, Refusal> {
        let old = self.behind(secret, "rate").await?;
        if !(1..=5).contains(&answer.score) {
            return Err(slip(
                "out-of-range",
                "no score was chosen".to_owned(),
                "score",
                "choose one from 1 to 5",
            ));
        }
        if !matches!(
            RatingState::named(&old.state),
            RatingState::Open | RatingState::Answered
        ) {
            return Err(answered_already());
        }
        let row = RatingRow {
            state: RatingState::Answered.name().to_owned(),
            score: Some(answer.score.into()),
            comment: checked_text(&answer.comment, "comment", 5_000, true)?,
            shared: answer.shared,
            answered: Some(self.now().0),
            ..old.clone()
        };
        // Whoever corrects an answer has the first mail still.
        let first = RatingState::named(&old.state) == RatingState::Open;
        let customer = Actor::system("customer");
        let scope = Scope::of(&row.partner);
        self.move_rating(
            &scope,
            &customer,
            &row,
            &old.state,
            "answer-rating",
            first.then_some(Letter::Confirm),
        )
        .await?;
        self.form_of(row).await
    }

    /// Notes that somebody does not want to be asked; then nobody asks them again.
    pub async fn decline_rating(&self, secret: &str) -> Result<RatingForm, Refusal> {
        let old = self.behind(secret, "rate").await?;
        if !matches!(
            RatingState::named(&old.state),
            RatingState::Open | RatingState::Answered
        ) {
            return Err(answered_already());
        }
        let row = RatingRow {
            state: RatingState::Declined.name().to_owned(),
            score: None,
            comment: String::new(),
            shared: false,
            answered: None,
            ..old.clone()
        };
        let customer = Actor::system("customer");
        let scope = Scope::of(&row.partner);
        self.move_rating(&scope, &customer, &row, &old.state, "decline-rating", None)
            .await?;
        self.form_of(row).await
    }

    /// What a customer sees behind the link that confirms the address, before it is confirmed: a mail program that only looks
    /// confirms nothing.
    pub async fn rating_to_confirm(&self, secret: &str) -> Result<RatingForm, Refusal> {
        let row = self.behind(secret, "confirm").await?;
        self.form_of(row).await
    }

    /// Confirms the address of a customer. Doing so twice does no harm.
    pub async fn confirm_rating(&self, secret: &str) -> Result<RatingForm, Refusal> {
        let old = self.behind(secret, "confirm").await?;
        match RatingState::named(&old.state) {
            RatingState::Answered => {}
            RatingState::Confirmed | RatingState::Accepted | RatingState::Refused => {
                return self.form_of(old).await;
            }
            _ => return Err(Refusal::no("link", "")),
        }
        let row = RatingRow {
            state: RatingState::Confirmed.name().to_owned(),
            confirmed: Some(self.now().0),
            ..old.clone()
        };
        let customer = Actor::system("customer");
        let scope = Scope::of(&row.partner);
        self.move_rating(&scope, &customer, &row, &old.state, "confirm-rating", None)
            .await?;
        self.form_of(row).await
    }

    /// Says whether who answered is a customer. If so, the response becomes a record with the days of both checks, and counts.
    pub async fn decide_rating(
        &self,
        actor: &Actor,
        partner: &str,
        request: &str,
        is_customer: bool,
        reason: &str,
    ) -> Result<Done<Option<Record>>, Refusal> {
        let verb = match actor.permit(Verb::Decide, partner) {
            Ok(()) => Verb::Decide,
            Err(_) => {
                actor.permit(Verb::Share, partner)?;
                Verb::Share
            }
        };
        let old = self.rating_row(actor, partner, request).await?;
        if RatingState::named(&old.state) != RatingState::Confirmed {
            return Err(slip(
                "not-confirmed",
                "the customer has not confirmed the address, or it is decided".to_owned(),
                "request",
                "wait for the customer to follow the link in the mail",
            ));
        }
        let reason = checked_text(reason, "reason", 1_000, true)?;
        if !is_customer && reason.is_empty() {
            return Err(slip(
                "empty-text",
                "nothing says why it is no customer".to_owned(),
                "reason",
                "write a sentence",
            ));
        }
        let day = |at: Option<i64>| at.map(|at| self.clock.day_of(Instant(at)).to_string());
        let mut record = None;
        if is_customer {
            let text = |pairs: Vec<(&str, Option<String>)>| -> Vec<(String, String)> {
                let some = pairs.into_iter().filter_map(|(n, t)| Some((n, t?)));
                some.map(|(n, t)| (n.to_owned(), t)).collect()
            };
            let cells = text(vec![
                ("response", Some(old.request.clone())),
                ("customer", Some(old.customer.clone())),
                ("respondent", old.shared.then(|| old.person.clone())),
                ("route", Some(FORM.to_owned())),
                (
                    "score",
                    old.score.filter(|_| old.shared).map(|s| s.to_string()),
                ),
                ("submitted_on", day(old.answered)),
                ("email_confirmed_on", day(old.confirmed)),
                ("customer_verified_on", Some(self.clock.today().to_string())),
                (
                    "shared",
                    Some(if old.shared { "yes" } else { "no" }.to_owned()),
                ),
                ("program", Some(old.program.clone())),
            ]);
            let add = Edit::Add {
                kind: KIND.to_owned(),
                cells,
            };
            match self.edit_as(actor, May::Yes, verb, partner, &[add]).await {
                Ok(done) => record = done.value.into_iter().next(),
                // The record was written and the request not yet: what is left is the second half.
                Err(Refusal::Problems(problems))
                    if problems.first().is_some_and(|p| p.code == "record-exists") => {}
                Err(other) => return Err(other),
            }
        }
        let state = if is_customer {
            RatingState::Accepted
        } else {
            RatingState::Refused
        };
        let row = RatingRow {
            state: state.name().to_owned(),
            decided: Some(self.now().0),
            decided_by: actor.account.clone(),
            reason,
            ..old.clone()
        };
        let scope = actor.scope();
        let change = self
            .move_rating(&scope, actor, &row, &old.state, "decide-rating", None)
            .await?;
        Ok(Done {
            value: record,
            change,
        })
    }

    /// Reminds those who were asked a week ago and did not answer, once, and ends requests whose time has passed.
    pub async fn tend_ratings(&self) -> Result<Tended, Refusal> {
        let now = self.now();
        let actor = Actor::system("ratings");
        let mut tended = Tended::default();
        let before = now.plus_seconds(-PATIENCE_DAYS * 86_400);
        let mut tx = self.store.read(&Scope::All).await?;
        let rows = tx
            .ratings_in(RatingState::Open.name(), before, 10_000)
            .await?;
        drop(tx);
        for old in rows {
            let scope = Scope::of(&old.partner);
            let (row, verb, letter) = if old.expires <= now.0 {
                let row = RatingRow {
                    state: RatingState::Expired.name().to_owned(),
                    ..old.clone()
                };
                (row, "expire-rating", None)
            } else if view(old.clone(), now).may_remind {
                let row = RatingRow {
                    reminded: Some(now.0),
                    reminders: old.reminders + 1,
                    ..old.clone()
                };
                (row, "remind-rating", Some(Letter::Remind))
            } else {
                continue;
            };
            match self
                .move_rating(&scope, &actor, &row, &old.state, verb, letter)
                .await
            {
                Ok(_) if letter.is_some() => tended.reminded += 1,
                Ok(_) => tended.expired += 1,
                Err(Refusal::Conflict { .. }) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(tended)
    }

    /// Forgets a person who was asked for ratings: name, address and comment. Returns how many requests were of them.
    pub async fn erase_from_ratings(
        &self,
        actor: &Actor,
        partner: &str,
        email: &str,
    ) -> Result<usize, Refusal> {
        actor.permit(Verb::ManagePersons, partner)?;
        let mut tx = self.read(actor).await?;
        let rows = tx.ratings_to(partner, &email.trim().to_lowercase()).await?;
        drop(tx);
        let scope = actor.scope();
        let count = rows.len();
        for old in rows {
            let row = RatingRow {
                state: RatingState::Erased.name().to_owned(),
                person: String::new(),
                email: String::new(),
                address: old.request.clone(),
                comment: String::new(),
                score: None,
                ..old.clone()
            };
            self.move_rating(&scope, actor, &row, &old.state, "erase-rating", None)
                .await?;
        }
        Ok(count)
    }
}

fn already_asked(row: &RatingRow) -> Refusal {
    slip(
        "already-asked",
        format!("{} of {} is asked already", row.person, row.customer),
        "email",
        "wait for the answer, or take that request back",
    )
}

fn answered_already() -> Refusal {
    slip(
        "answered",
        "this was answered and confirmed already".to_owned(),
        "score",
        "nothing more is to be done",
    )
}

/// The kind of link, the request and the partner of a mail to a customer, and the state in which it waits for the mail.
fn mail_parts(link: &str) -> Option<(&str, &str, &str, RatingState)> {
    let mut parts = link.splitn(3, ' ');
    let (kind, request, partner) = (parts.next()?, parts.next()?, parts.next()?);
    let waits = match kind {
        "rate" => RatingState::Open,
        "confirm" => RatingState::Answered,
        _ => return None,
    };
    Some((kind, request, partner, waits))
}

/// Does a request still wait for the mail that it is the link of?
pub(crate) async fn mail_waits(
    store: &Store,
    now: Instant,
    link: &str,
) -> Result<bool, StoreError> {
    let Some((_, request, partner, waits)) = mail_parts(link) else {
        return Ok(false);
    };
    let mut tx = store.read(&Scope::of(partner)).await?;
    let row = tx.rating(partner, request).await?;
    Ok(row.is_some_and(|r| RatingState::named(&r.state) == waits && r.expires > now.0))
}

/// Makes the link of a mail to a customer when the mail goes out: the page and the secret. An earlier one works beside it.
pub(crate) async fn mail_link(
    store: &Store,
    now: Instant,
    link: &str,
) -> Result<Option<(&'static str, LinkSecret)>, StoreError> {
    let Some((kind, request, partner, _)) = mail_parts(link) else {
        return Ok(None);
    };
    let page = if kind == "rate" {
        "rate"
    } else {
        "rate/confirm"
    };
    let secret = LinkSecret::fresh();
    let mut tx = store.write(&Scope::of(partner)).await?;
    tx.insert_rating_link(&hash_of(secret.reveal()), partner, request, kind, now)
        .await?;
    tx.commit().await?;
    Ok(Some((page, secret)))
}
