//! Mail: put out together with what caused it, sent later, tried again until it goes.
//!
//! A link in mail is made when the mail is sent, so that the outbox never holds one.

use std::time::{Duration, SystemTime};

use domain::instant::Instant;
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use store::{AccountState, LinkKind, MailRow, StoreError, Tx};

use super::{Accounts, Secret, new_id};
use crate::access::{Actor, Verb};
use crate::locale::Lang;
use crate::refusal::Refusal;
use crate::texts::fill;

/// Mails that are sent one after the other before others are asked for.
const BATCH: i64 = 20;
/// Seconds for which a sender has a mail to itself.
const LEASE_SECONDS: i64 = 300;
/// Seconds to wait after the first failure; twice as long after each further one.
const FIRST_WAIT: i64 = 60;
/// Seconds to wait at most.
const LONGEST_WAIT: i64 = 6 * 3_600;

/// Something that somebody is told.
pub(super) enum Notice {
    Password,
    FactorSet,
    FactorRemoved,
}

/// What a mail is.
pub(super) enum Post<'p> {
    Invitation(&'p str),
    Reset,
    Notice(Notice),
}

/// Mail that waits, as whoever runs the server sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Its id.
    pub mail: String,
    /// To whom.
    pub email: String,
    /// What it is about.
    pub subject: String,
    /// When it was written.
    pub created: Instant,
    /// How often it was tried in vain.
    pub tries: i64,
    /// Why the last try failed.
    pub problem: Option<String>,
}

/// What became of the mail that was due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Posted {
    /// How many were sent.
    pub sent: usize,
    /// How many could not be sent and are tried again.
    pub failed: usize,
    /// How many were for nobody: an address without an account, or a link that is gone.
    pub dropped: usize,
}

impl Accounts<'_> {
    pub(super) async fn post(
        &self,
        tx: &mut Tx,
        email: &str,
        post: Post<'_>,
        lang: Lang,
    ) -> Result<(), Refusal> {
        let now = self.clock.now();
        let t = lang.texts();
        let (kind, subject, text, link) = match post {
            Post::Invitation(link) => (
                "invite",
                t.ml_invited,
                t.ml_invited_text,
                Some(link.to_owned()),
            ),
            Post::Reset => ("reset", t.ml_reset, t.ml_reset_text, None),
            Post::Notice(notice) => {
                let (subject, text) = match notice {
                    Notice::Password => (t.ml_password, t.ml_changed_password),
                    Notice::FactorSet => (t.ml_factor_set, t.ml_changed_factor),
                    Notice::FactorRemoved => (t.ml_factor_removed, t.ml_changed_factor),
                };
                ("notice", subject, text, None)
            }
        };
        // The link is filled in when the mail is sent.
        let text = fill(text, &[("place", &self.door.settings.public_url)]);
        let mail = MailRow {
            subject: subject.to_owned(),
            body: format!("{}\n\n{text}\n\nCairn\n", t.ml_hello),
            link,
            ..MailRow::new(new_id('m'), kind, email, now)
        };
        tx.insert_mail(&mail).await?;
        Ok(())
    }

    /// Tells an account, in its language.
    pub(super) async fn post_notice(
        &self,
        tx: &mut Tx,
        (account, email): (&str, &str),
        notice: Notice,
    ) -> Result<(), Refusal> {
        let lang = self.language_of(tx, account).await?;
        self.post(tx, email, Post::Notice(notice), lang).await
    }

    /// Sends the mail that is due. Without a server that takes it, it stays in the outbox.
    pub async fn send_due(&self) -> Result<Posted, Refusal> {
        let mut posted = Posted::default();
        let transport = self.transport()?;
        loop {
            let now = self.clock.now();
            let lease = if transport.is_some() {
                LEASE_SECONDS
            } else {
                24 * 3_600
            };
            let mut tx = self.write().await?;
            let due = tx.claim_mails(now, now.plus_seconds(lease), BATCH).await?;
            tx.commit().await?;
            if due.is_empty() {
                return Ok(posted);
            }
            for mail in due {
                let Some(link) = self.resolve(&mail).await? else {
                    posted.dropped += 1;
                    continue;
                };
                let Some(transport) = &transport else {
                    continue;
                };
                let text = self.with_link(&mail, link.as_deref()).await?;
                let sent = match self.message(&mail, text) {
                    Ok(message) => transport.send(message).await.map_err(|e| said(&e)),
                    Err(why) => Err(why),
                };
                let mut tx = self.write().await?;
                match sent {
                    Ok(_) => {
                        tx.mail_was_sent(&mail.mail, self.clock.now()).await?;
                        posted.sent += 1;
                    }
                    Err(why) => {
                        let tries = u32::try_from(mail.tries.min(20)).unwrap_or(20);
                        let wait = (FIRST_WAIT << tries).min(LONGEST_WAIT);
                        let due = self.clock.now().plus_seconds(wait);
                        tx.mail_failed(&mail.mail, &why, due).await?;
                        posted.failed += 1;
                    }
                }
                tx.commit().await?;
            }
        }
    }

    /// The link that a mail is about, where it has one; `None` where the mail is for nobody, and thrown away.
    async fn resolve(&self, mail: &MailRow) -> Result<Option<Option<String>>, StoreError> {
        if let (Some(link), "notice") = (&mail.link, mail.kind.as_str()) {
            let waits = crate::ratings::mail_waits(self.store, self.clock.now(), link).await?;
            if !waits {
                let mut tx = self.write().await?;
                tx.delete_mail(&mail.mail).await?;
                tx.commit().await?;
            }
            return Ok(waits.then(|| Some(link.clone())));
        }
        let mut tx = self.write().await?;
        let link = match (&mail.link, mail.kind.as_str()) {
            (Some(link), _) => {
                let kept = tx.link(link).await?;
                kept.filter(|l| l.expires > self.clock.now())
                    .map(|l| l.link)
            }
            (None, "reset") => {
                let account = tx.account_of(&mail.email).await?;
                match account.filter(|a| a.state == AccountState::Active) {
                    Some(account) => {
                        let link = self.reset_link(&mut tx, &account.account, "mail").await?;
                        tx.set_mail_link(&mail.mail, &link).await?;
                        Some(link)
                    }
                    None => None,
                }
            }
            (None, _) => return Ok(Some(None)),
        };
        if link.is_none() {
            tx.delete_mail(&mail.mail).await?;
        }
        tx.commit().await?;
        Ok(link.map(Some))
    }

    /// The text of a mail, with a new link in it; the one of an earlier try works no more.
    async fn with_link(&self, mail: &MailRow, link: Option<&str>) -> Result<String, StoreError> {
        let Some(link) = link else {
            return Ok(mail.body.clone());
        };
        if mail.kind == "notice" {
            let made = crate::ratings::mail_link(self.store, self.clock.now(), link).await?;
            let url =
                made.map(|(page, secret)| self.link_url(page, &Secret::given(secret.reveal())));
            return Ok(mail.body.replace("{link}", &url.unwrap_or_default()));
        }
        let mut tx = self.write().await?;
        let kind = tx.link(link).await?.map(|l| l.kind);
        let secret = Secret::new("");
        tx.mint_link(link, &secret.hash()).await?;
        tx.commit().await?;
        let page = match kind {
            Some(LinkKind::Reset) => "reset",
            _ => "invitation",
        };
        Ok(mail.body.replace("{link}", &self.link_url(page, &secret)))
    }

    fn transport(&self) -> Result<Option<AsyncSmtpTransport<Tokio1Executor>>, Refusal> {
        let Some(url) = &self.door.settings.smtp else {
            return Ok(None);
        };
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|_| {
            super::slip(
                "wrong-smtp",
                "the address of the mail server is not one",
                "smtp",
                "write it like smtps://user:password@mail.example",
            )
        })?;
        Ok(Some(builder.timeout(Some(Duration::from_secs(30))).build()))
    }

    fn message(&self, mail: &MailRow, text: String) -> Result<Message, String> {
        let from: Mailbox = self
            .door
            .settings
            .mail_from
            .parse()
            .map_err(|_| "the sender that is set is not an address".to_owned())?;
        let to: Mailbox = mail
            .email
            .parse()
            .map_err(|_| "this is not an address".to_owned())?;
        let host = from.email.domain().to_owned();
        let micros = u64::try_from(self.clock.now().0).unwrap_or(0);
        Message::builder()
            .from(from)
            .to(to)
            .subject(&*mail.subject)
            .date(SystemTime::UNIX_EPOCH + Duration::from_micros(micros))
            // The same on every try, so that whoever gets it twice sees it once.
            .message_id(Some(format!("<{}@{host}>", mail.mail)))
            .header(ContentType::TEXT_PLAIN)
            .body(text)
            .map_err(|e| said(&e))
    }

    /// Mail that waits, newest first.
    pub async fn outbox(&self, actor: &Actor) -> Result<Vec<Letter>, Refusal> {
        actor.permit_server(Verb::ManageServer)?;
        let mut tx = self.read().await?;
        let rows = tx.waiting_mails(200).await?;
        let now = self.clock.now();
        let mut letters = vec![];
        for row in rows {
            // What nobody can open any more is taken out when it would be sent; until then it is not offered.
            let opens = match (&row.link, row.kind.as_str()) {
                (Some(link), "notice") => crate::ratings::mail_waits(self.store, now, link).await?,
                (Some(link), _) => tx.link(link).await?.is_some_and(|l| l.expires > now),
                (None, _) => true,
            };
            if opens {
                letters.push(Letter {
                    mail: row.mail,
                    email: row.email,
                    subject: row.subject,
                    created: row.created,
                    tries: row.tries,
                    problem: row.problem,
                });
            }
        }
        Ok(letters)
    }

    /// The text of a mail that waits, to be handed on in another way. Its link is made anew.
    pub async fn open_mail(&self, actor: &Actor, mail: &str) -> Result<Secret, Refusal> {
        actor.permit_server(Verb::ManageServer)?;
        actor.permit_server(Verb::ManageAccounts)?;
        let mut tx = self.write().await?;
        let row = tx.mail(mail).await?;
        let row = row
            .filter(|r| r.sent.is_none())
            .ok_or_else(|| Refusal::no("mail", mail))?;
        let mut entry = super::Entry::of(&actor.account, "open-mail", "");
        entry.subject = format!("mail {mail}");
        self.note(&mut tx, entry).await?;
        tx.commit().await?;
        let link = self.resolve(&row).await?;
        let link = link.ok_or_else(|| Refusal::no("mail", mail))?;
        Ok(Secret::given(&self.with_link(&row, link.as_deref()).await?))
    }
}

/// An error with what is behind it, in one line.
fn said(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut behind = error.source();
    while let Some(source) = behind {
        let more = source.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        behind = source.source();
    }
    text.chars().take(500).collect()
}
