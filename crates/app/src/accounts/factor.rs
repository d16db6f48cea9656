//! The second factor: a code that changes each half minute (TOTP), and recovery codes for when the device is lost.

use std::fmt::Write as _;

use domain::instant::Instant;
use qrcodegen::{QrCode, QrCodeEcc};
use serde_json::json;
use store::{AccountState, Tx};
use totp_rs::{Builder, Totp};

use super::mail::Notice;
use super::{Accounts, Begun, CODE, Entry, Secret, Signed, Stage, Visitor, slip};
use crate::refusal::Refusal;

/// How many recovery codes somebody gets.
const RECOVERY_CODES: usize = 10;
/// Half minutes by which a clock may be early or late.
const SKEW: u16 = 1;

/// What an app needs to make codes. Nothing is asked for before one of them [confirmed](Accounts::confirm_factor) it.
#[derive(Clone, Debug)]
pub struct Enrollment {
    /// The secret in base 32, for those who type it.
    pub key: Secret,
    /// The same as an address that apps open.
    pub url: Secret,
    /// The same as a picture: SVG that takes its color from the text around it.
    pub svg: String,
}

fn totp(secret: &[u8], email: &str) -> Totp {
    let name: String = email.chars().filter(|c| *c != ':').collect();
    Builder::new()
        .with_secret(totp_rs::Secret::new(secret.into()))
        .with_skew(SKEW)
        .with_account_name(name)
        .with_issuer(Some("Cairn"))
        .build()
        .expect("a secret of 20 bytes and a name without a colon are what TOTP asks for")
}

fn seconds(now: Instant) -> u64 {
    u64::try_from(now.0.div_euclid(1_000_000)).unwrap_or(0)
}

/// A QR code with the quiet zone around it, dark squares in the color of the text.
fn picture(text: &str) -> String {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium)
        .expect("an address of a few hundred characters fits a QR code");
    let (quiet, size) = (4, code.size());
    let side = size + 2 * quiet;
    let mut path = String::new();
    for y in 0..size {
        for x in (0..size).filter(|x| code.get_module(*x, y)) {
            let _ = write!(path, "M{},{}h1v1h-1z", x + quiet, y + quiet);
        }
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" role=\"img\" shape-rendering=\"crispEdges\">\
         <title>QR code of the key above</title>\
         <path fill=\"#fff\" d=\"M0,0h{side}v{side}H0z\"/><path fill=\"#000\" d=\"{path}\"/></svg>"
    )
}

/// Recovery codes are typed by people: without spaces and hyphens, in lower case.
fn plain(code: &str) -> String {
    let kept = code.chars().filter(|c| c.is_ascii_alphanumeric());
    kept.map(|c| c.to_ascii_lowercase()).collect()
}

fn wrong_code() -> Refusal {
    slip(
        "wrong-code",
        "this code is not the one of this half minute, or it was used before",
        "code",
        "wait for the next code, or use a recovery code",
    )
}

impl Accounts<'_> {
    /// Begins to set a second factor up.
    pub async fn enroll_factor(&self, signed: &Signed) -> Result<Enrollment, Refusal> {
        let account = in_browser(signed)?;
        if signed.has_factor {
            return Err(slip(
                "factor-is-there",
                "this account has a second factor",
                "factor",
                "remove it before you set another one up",
            ));
        }
        let secret: [u8; 20] = rand::random();
        let totp = totp(&secret, &signed.email);
        let url = totp.to_url().expect("the name was set");
        let mut tx = self.write().await?;
        // One that is asked for is never exchanged unseen, whoever was faster.
        if tx
            .proofs(account)
            .await?
            .is_some_and(|p| p.factor_on.is_some())
        {
            return Err(Refusal::Conflict {
                what: "your second factor".to_owned(),
                now: None,
            });
        }
        tx.set_factor(account, &secret).await?;
        self.note(&mut tx, Entry::of(account, "enroll-factor", account))
            .await?;
        tx.commit().await?;
        Ok(Enrollment {
            key: Secret::given(&totp.secret().to_base32()),
            svg: picture(&url),
            url: Secret::given(&url),
        })
    }

    /// Sets the second factor up for good, by a code of it. The recovery codes are shown once.
    pub async fn confirm_factor(
        &self,
        signed: &Signed,
        code: &str,
    ) -> Result<Vec<Secret>, Refusal> {
        let account = in_browser(signed)?;
        self.within(&[(CODE, account)]).await?;
        let mut tx = self.write().await?;
        let proofs = tx.proofs(account).await?.ok_or(Refusal::SignIn)?;
        if proofs.factor.is_none() || proofs.factor_on.is_some() {
            return Err(slip(
                "factor-not-begun",
                "no second factor is being set up",
                "code",
                "begin anew",
            ));
        }
        if !self.use_code(&mut tx, account, code, false).await? {
            return Err(wrong_code());
        }
        tx.confirm_factor(account, self.clock.now()).await?;
        let codes = self.new_codes(&mut tx, account).await?;
        // Whoever else sits in this account has shown one factor only.
        tx.delete_sessions(account, signed.session.as_deref())
            .await?;
        self.note(&mut tx, Entry::of(account, "set-factor", account))
            .await?;
        let to = (account, signed.email.as_str());
        self.post_notice(&mut tx, to, Notice::FactorSet).await?;
        tx.commit().await?;
        Ok(codes)
    }

    async fn new_codes(&self, tx: &mut Tx, account: &str) -> Result<Vec<Secret>, Refusal> {
        const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
        let codes: Vec<Secret> = (0..RECOVERY_CODES)
            .map(|_| {
                let letters: [u8; 16] = rand::random();
                let mut code = String::new();
                for (at, letter) in letters.into_iter().enumerate() {
                    if at > 0 && at % 4 == 0 {
                        code.push('-');
                    }
                    code.push(char::from(LETTERS[usize::from(letter & 31)]));
                }
                Secret::given(&code)
            })
            .collect();
        let hashes: Vec<Vec<u8>> = codes
            .iter()
            .map(|code| Secret::given(&plain(code.reveal())).hash())
            .collect();
        tx.set_recovery_codes(account, &hashes).await?;
        Ok(codes)
    }

    /// Uses up a code, or a recovery code where they count.
    async fn use_code(
        &self,
        tx: &mut Tx,
        account: &str,
        code: &str,
        recovery: bool,
    ) -> Result<bool, Refusal> {
        let proofs = tx.proofs(account).await?;
        let Some(secret) = proofs.and_then(|p| p.factor) else {
            return Ok(false);
        };
        let digits: String = code.chars().filter(char::is_ascii_digit).collect();
        let plain = plain(code);
        if digits.len() == 6 && plain.len() == 6 {
            let step = totp(&secret, "account").check(&digits, seconds(self.clock.now()));
            return match step.and_then(|s| i64::try_from(s).ok()) {
                Some(step) => Ok(tx.use_step(account, step).await?),
                None => Ok(false),
            };
        }
        if !recovery {
            return Ok(false);
        }
        let used = tx
            .use_recovery_code(account, &Secret::given(&plain).hash())
            .await?;
        if used {
            self.note(tx, Entry::of(account, "use-recovery-code", account))
                .await?;
        }
        Ok(used)
    }

    /// Shows the second factor, by a code or a recovery code. The session that waited for it ends and a whole one begins.
    pub async fn second_step(
        &self,
        secret: &str,
        code: &str,
        visitor: &Visitor,
    ) -> Result<Begun, Refusal> {
        let signed = self.session(secret).await?;
        if signed.stage != Stage::Factor {
            return Err(Refusal::SignIn);
        }
        let id = signed.actor.account.as_str();
        self.within(&[(CODE, id)]).await?;
        let mut tx = self.write().await?;
        let account = self.existing(&mut tx, id).await?;
        let waits = match &signed.session {
            Some(session) => tx.delete_session(id, session).await?,
            None => false,
        };
        if !waits || account.state != AccountState::Active {
            return Err(Refusal::SignIn);
        }
        if !self.use_code(&mut tx, id, code, true).await? {
            // The session that waits is still there, for nothing of this transaction is kept.
            drop(tx);
            let mut tx = self.write().await?;
            self.note_failure(&mut tx, Entry::of(id, "second-factor-failed", id))
                .await?;
            tx.commit().await?;
            return Err(wrong_code());
        }
        tx.forget_tries(&CODE.key(id)).await?;
        let seconds = self.door.settings.session_seconds;
        let begun = self
            .begin_at(&mut tx, &account, visitor, seconds, store::Stage::Whole)
            .await?;
        self.note(&mut tx, Entry::of(id, "show-second-factor", id))
            .await?;
        tx.commit().await?;
        Ok(begun)
    }

    /// How many recovery codes one has left.
    pub async fn recovery_codes_left(&self, signed: &Signed) -> Result<i64, Refusal> {
        let account = signed.in_person()?;
        let mut tx = self.read().await?;
        Ok(tx.count_recovery_codes(account).await?)
    }

    /// New recovery codes in the place of those before, against a code of the second factor.
    pub async fn renew_recovery_codes(
        &self,
        signed: &Signed,
        code: &str,
    ) -> Result<Vec<Secret>, Refusal> {
        let account = signed.in_person()?;
        let mut tx = self.with_code(account, code).await?;
        let codes = self.new_codes(&mut tx, account).await?;
        self.note(&mut tx, Entry::of(account, "renew-recovery-codes", account))
            .await?;
        tx.commit().await?;
        Ok(codes)
    }

    /// Removes one's own second factor, against a code of it or a recovery code.
    pub async fn remove_factor(&self, signed: &Signed, code: &str) -> Result<(), Refusal> {
        let account = signed.in_person()?;
        let mut tx = self.with_code(account, code).await?;
        self.clear_factor(&mut tx, account, account, &signed.email)
            .await?;
        Ok(tx.commit().await?)
    }

    pub(super) async fn clear_factor(
        &self,
        tx: &mut Tx,
        by: &str,
        account: &str,
        email: &str,
    ) -> Result<(), Refusal> {
        tx.clear_factor(account).await?;
        let entry = Entry::of(by, "remove-factor", account).with(json!({}));
        self.note(tx, entry).await?;
        self.post_notice(tx, (account, email), Notice::FactorRemoved)
            .await
    }

    async fn with_code(&self, account: &str, code: &str) -> Result<Tx, Refusal> {
        self.within(&[(CODE, account)]).await?;
        let mut tx = self.write().await?;
        if !self.use_code(&mut tx, account, code, true).await? {
            return Err(wrong_code());
        }
        Ok(tx)
    }
}

/// Whoever must set a second factor up may do so before anything else.
fn in_browser(signed: &Signed) -> Result<&str, Refusal> {
    match signed.stage {
        Stage::Enroll if signed.session.is_some() => Ok(&signed.actor.account),
        _ => signed.in_person(),
    }
}
