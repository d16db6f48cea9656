//! Web hooks: who is told when a standing changes, what was sent, and what became of it.
//!
//! What changed is noticed after each refresh and when the day turns, by comparing standings with those that were told last.
//! One server of a database does this at a time. What is sent is signed as Standard Webhooks says: `webhook-id`,
//! `webhook-timestamp` and `webhook-signature`, an HMAC with SHA-256 over both and the body.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::calendar::Day;
use domain::diagnostic::{Diagnostic, Place};
use domain::instant::Instant;
use hmac::{Hmac, Mac as _};
use reqwest::Url;
use serde_json::{Value, json};
use sha2::Sha256;
use store::{DeliveryRow, HookEvent, HookRow, Scope};

use crate::access::{Actor, Verb};
use crate::office::{Known, Office};
use crate::question::{Desk, Question};
use crate::refusal::Refusal;
use crate::scorecard::Scorecard;

/// After how many seconds a delivery is tried again, about: some 24 hours in all, then it is given up.
const AGAIN: [i64; 10] = [
    5, 60, 300, 1_800, 3_600, 7_200, 14_400, 14_400, 21_600, 21_600,
];
/// How long one try may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// So many are sent at once.
const AT_ONCE: i64 = 20;
/// How long a server that does the job and dies keeps others from it, in seconds.
const LEASE: i64 = 30;
/// Hooks that a partner, or the server, has at most.
const MOST: usize = 20;

/// A hook as its owner sees it: everything but its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hook {
    /// Its id.
    pub hook: String,
    /// The partner whose standings it is told of; `None` for all.
    pub partner: Option<String>,
    /// Where it is told.
    pub url: String,
    /// When it was made.
    pub created: Instant,
    /// The account that made it.
    pub maker: String,
}

impl From<HookRow> for Hook {
    fn from(row: HookRow) -> Hook {
        Hook {
            hook: row.hook,
            partner: row.partner,
            url: row.url,
            created: row.created,
            maker: row.maker,
        }
    }
}

/// What one round of the job did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Standings that changed.
    pub events: usize,
    /// What was taken by its receiver.
    pub delivered: usize,
    /// What was not, and is tried again or given up.
    pub failed: usize,
}

/// The job of one server.
#[derive(Debug)]
pub struct Teller {
    /// Who holds the lease: an id of this server.
    holder: String,
    /// The day for which everybody was compared.
    day: Option<Day>,
    /// May addresses be told that only this network reaches?
    private: bool,
    /// How long events are listed, in seconds.
    keep: i64,
    replies: i64,
}

/// An id that says nothing, behind a word for what it is of.
fn new_id(of: &str) -> String {
    let bits: u128 = rand::random();
    format!("{of}{bits:032x}")
}

fn slip(code: &'static str, message: impl Into<String>, help: &str) -> Refusal {
    Diagnostic::error(code, message, Place::default().showing("url"))
        .help(help)
        .into()
}

/// That a hook can be told at an address at all.
fn check_url(text: &str, private: bool) -> Result<Url, Refusal> {
    let help = "write it as in https://example.com/hooks/cairn";
    let wrong = |why: &str| slip("bad-url", format!("`{text}` {why}"), help);
    if text.len() > 1_000 {
        return Err(slip("bad-url", "the address is longer than is taken", help));
    }
    let url = Url::parse(text).map_err(|_| wrong("is no address of the web"))?;
    let secure = url.scheme() == "https" || private && url.scheme() == "http";
    if !secure {
        return Err(wrong("does not begin with https://"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("holds a name or password"));
    }
    let Some(host) = url.host_str() else {
        return Err(wrong("names no host"));
    };
    let literal = bare(host).parse::<IpAddr>().ok();
    if !private && literal.is_some_and(|ip| !is_public(ip)) {
        return Err(wrong("is an address that only some network reaches"));
    }
    Ok(url)
}

/// A host without the brackets that stand around an IPv6 address.
fn bare(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}

/// Can everybody reach an address, so that sending there tells nobody what stands in this network?
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    !(ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_documentation()
        || ip.is_multicast()
        || a == 0
        || a >= 240
        || a == 100 && (64..128).contains(&b)
        || a == 192 && b == 0 && c == 0
        || a == 198 && (18..20).contains(&b))
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    if let Some(v4) = ip.to_ipv4() {
        // Mapped and compatible ones.
        return is_public_v4(v4);
    }
    let parts = ip.segments();
    let embedded = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match parts {
        // Translated to IPv4, and carried over it.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => embedded(high, low),
        [0x2001, 0..0x200, ..] | [0x2001, 0xdb8, ..] | [0x64, 0xff9b, ..] => false,
        // Only this range is given out to be reached by all.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

/// The signature of what is sent: over its id, the moment in seconds, and the body.
pub fn signature(secret: &str, event: &str, seconds: i64, body: &str) -> String {
    let key = STANDARD
        .decode(secret.trim_start_matches("whsec_"))
        .unwrap_or_default();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("a key of any length will do");
    mac.update(format!("{event}.{seconds}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

impl Office {
    fn may_hook(actor: &Actor, partner: Option<&str>) -> Result<(), Refusal> {
        match partner {
            Some(partner) => actor.permit(Verb::ManageHooks, partner),
            None => actor.permit_server(Verb::ManageServer),
        }
    }

    /// Makes a hook of a partner, or of all: itself, and the secret that signs, which is shown once. With `private` it may
    /// lead to where only this network reaches.
    pub async fn make_hook(
        &self,
        actor: &Actor,
        partner: Option<&str>,
        url: &str,
        private: bool,
    ) -> Result<(Hook, String), Refusal> {
        Office::may_hook(actor, partner)?;
        let shelves = self.shelves()?;
        if let Some(partner) = partner
            && shelves.find(partner).is_none()
        {
            return Err(Refusal::no("partner", partner));
        }
        let url = check_url(url, private)?;
        let bits: [u8; 32] = rand::random();
        let row = HookRow {
            hook: new_id("h"),
            partner: partner.map(str::to_owned),
            url: url.to_string(),
            secret: format!("whsec_{}", STANDARD.encode(bits)),
            created: self.now(),
            maker: actor.account.clone(),
        };
        let scope = actor.scope();
        let mut tx = self.store.write(&scope).await?;
        let there = tx.hooks().await?;
        if there.iter().filter(|h| h.partner == row.partner).count() >= MOST {
            return Err(slip(
                "too-many-hooks",
                format!("there are {MOST} hooks already"),
                "delete one that nobody needs",
            ));
        }
        tx.insert_hook(&row).await?;
        let new = self.change(
            actor,
            "make-hook",
            partner,
            format!("hook {}", row.hook),
            json!({}),
        );
        tx.append(&scope, new, &[]).await?;
        tx.commit().await?;
        self.refresh().await?;
        let secret = row.secret.clone();
        Ok((row.into(), secret))
    }

    /// The hooks of a partner, or of all.
    pub async fn hooks(&self, actor: &Actor, partner: Option<&str>) -> Result<Vec<Hook>, Refusal> {
        Office::may_hook(actor, partner)?;
        let mut tx = self.read(actor).await?;
        let all = tx.hooks().await?.into_iter();
        Ok(all
            .filter(|h| h.partner.as_deref() == partner)
            .map(Hook::from)
            .collect())
    }

    /// One hook of a partner, or of all.
    pub async fn hook(
        &self,
        actor: &Actor,
        partner: Option<&str>,
        hook: &str,
    ) -> Result<Hook, Refusal> {
        let all = self.hooks(actor, partner).await?;
        all.into_iter()
            .find(|h| h.hook == hook)
            .ok_or_else(|| Refusal::no("hook", hook))
    }

    /// Deletes a hook, and forgets what it was sent.
    pub async fn delete_hook(
        &self,
        actor: &Actor,
        partner: Option<&str>,
        hook: &str,
    ) -> Result<(), Refusal> {
        self.hook(actor, partner, hook).await?;
        let scope = actor.scope();
        let mut tx = self.store.write(&scope).await?;
        tx.delete_hook(hook).await?;
        let subject = format!("hook {hook}");
        let new = self.change(actor, "delete-hook", partner, subject, json!({}));
        tx.append(&scope, new, &[]).await?;
        tx.commit().await?;
        self.refresh().await?;
        Ok(())
    }

    /// What a hook was sent, newest first, after a moment and an event, at most so many.
    pub async fn deliveries(
        &self,
        actor: &Actor,
        (partner, hook): (Option<&str>, &str),
        before: Option<(Instant, &str)>,
        limit: usize,
    ) -> Result<Vec<DeliveryRow>, Refusal> {
        self.hook(actor, partner, hook).await?;
        let mut tx = self.read(actor).await?;
        let before = before.unwrap_or((Instant(i64::MAX), ""));
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        Ok(tx.deliveries(hook, before, limit).await?)
    }

    /// Sends something again, now.
    pub async fn redeliver(
        &self,
        actor: &Actor,
        (partner, hook): (Option<&str>, &str),
        event: &str,
    ) -> Result<DeliveryRow, Refusal> {
        self.hook(actor, partner, hook).await?;
        if event.chars().any(char::is_control) {
            return Err(Refusal::no("delivery", event));
        }
        let mut tx = self.store.write(&actor.scope()).await?;
        let found = tx.delivery(hook, event).await?;
        let found = found.ok_or_else(|| Refusal::no("delivery", event))?;
        let again = DeliveryRow {
            state: "waiting".to_owned(),
            attempts: 0,
            due: self.now(),
            ..found
        };
        tx.set_delivery(&again).await?;
        tx.commit().await?;
        Ok(again)
    }

    /// Sends a hook something to try it with: an event of the type `test`, which says nothing of a standing.
    pub async fn test_hook(
        &self,
        actor: &Actor,
        (partner, hook): (Option<&str>, &str),
    ) -> Result<DeliveryRow, Refusal> {
        self.hook(actor, partner, hook).await?;
        let at = self.now();
        let body = json!({ "type": "test", "timestamp": at.to_string(), "data": { "hook": hook } });
        let event = HookEvent {
            event: new_id("msg_"),
            partner: partner.unwrap_or_default().to_owned(),
            at,
            body: body.to_string(),
        };
        let missing = || Refusal::no("hook", hook);
        // An event of the server's own is of no partner.
        let mut tx = self.store.write(&Scope::All).await?;
        tx.insert_event(&event, &[hook]).await?;
        let sent = tx.delivery(hook, &event.event).await?;
        let sent = sent.ok_or_else(missing)?;
        tx.commit().await?;
        Ok(sent)
    }

    /// Does what is due, if this server is the one that does it: notices standings that changed, and sends what waits.
    pub async fn tell_hooks(&self, teller: &mut Teller) -> Result<Round, Refusal> {
        let now = self.now();
        let changed = self.warm.take_changed();
        let mut tx = self.store.write(&Scope::All).await?;
        let lease = tx
            .take_lease("hooks", &teller.holder, now, now.plus_seconds(LEASE))
            .await?;
        let hooks = tx.hooks().await?;
        tx.commit().await?;
        let Some(is_new) = lease else {
            // Whoever does it saw the same; when they cease, everybody is compared.
            teller.day = None;
            return Ok(Round::default());
        };
        let mut round = Round::default();
        let today = self.clock.today();
        let all = is_new || teller.day != Some(today);
        if !hooks.is_empty() {
            let shelves = self.shelves()?;
            let everybody = hooks.iter().any(|h| h.partner.is_none());
            let mut wanted: BTreeSet<String> = if everybody {
                shelves.partners().into_iter().map(str::to_owned).collect()
            } else {
                hooks.iter().filter_map(|h| h.partner.clone()).collect()
            };
            if !all {
                wanted.retain(|p| changed.contains(p));
            }
            for partner in wanted {
                round.events += self.compare_standings(&hooks, &partner).await?;
            }
        }
        if all {
            let mut tx = self.store.write(&Scope::All).await?;
            let replies = now.plus_seconds(-teller.replies);
            tx.forget_events(now.plus_seconds(-teller.keep), replies)
                .await?;
            tx.commit().await?;
        }
        teller.day = Some(today);
        self.send_due(teller, &mut round).await?;
        Ok(round)
    }

    /// Holds a partner's standings against those that were told last. Returns how many changed.
    async fn compare_standings(&self, hooks: &[HookRow], partner: &str) -> Result<usize, Refusal> {
        let mut question = Question::on(self.clock.today());
        let known = Known::default();
        let engine = match self.desk_unasked(partner, &mut question, known).await {
            Ok(engine) => engine,
            // A hook outlives nothing; its partner may not be there on this server yet.
            Err(Refusal::NotFound { .. }) => return Ok(0),
            Err(refusal) => return Err(refusal),
        };
        let desk = Desk { engine, question };
        let cards = tokio::task::spawn_blocking(move || crate::overview::overview(&desk))
            .await
            .ok()
            .and_then(Result::ok)
            .map_or_else(Vec::new, |overview| overview.cards);
        let of_partner: Vec<&str> = hooks
            .iter()
            .filter(|h| h.partner.as_deref().is_none_or(|p| p == partner))
            .map(|h| &*h.hook)
            .collect();
        let mut tx = self.store.read(&Scope::All).await?;
        let told = tx.told_standings(partner).await?;
        drop(tx);
        let mut changed = vec![];
        for card in &cards {
            let now = standing(card);
            let as_text = now.to_string();
            let before = told.iter().find(|(program, _)| *program == card.program);
            if before.is_none_or(|(_, text)| *text != as_text) {
                let before = before.and_then(|(_, text)| serde_json::from_str(text).ok());
                changed.push((card, before, now));
            }
        }
        if changed.is_empty() {
            return Ok(0);
        }
        let at = self.now();
        let mut events = 0;
        let mut tx = self.store.write(&Scope::All).await?;
        for (card, before, now) in changed {
            tx.set_told(partner, &card.program, &now.to_string())
                .await?;
            // What is seen for the first time has not changed.
            let Some(before): Option<Value> = before else {
                continue;
            };
            let body = json!({
                "type": "standing.changed",
                "timestamp": at.to_string(),
                "data": {
                    "partner": partner,
                    "program": card.program,
                    "edition": card.edition,
                    "as_of": card.as_of.to_string(),
                    "before": before,
                    "after": now,
                    "news": card.news,
                },
            });
            let event = HookEvent {
                event: new_id("msg_"),
                partner: partner.to_owned(),
                at,
                body: body.to_string(),
            };
            tx.insert_event(&event, &of_partner).await?;
            events += 1;
        }
        tx.commit().await?;
        Ok(events)
    }

    async fn send_due(&self, teller: &Teller, round: &mut Round) -> Result<(), Refusal> {
        let mut tx = self.store.read(&Scope::All).await?;
        let due = tx.due_deliveries(self.now(), AT_ONCE).await?;
        drop(tx);
        let sent = due.into_iter().map(|(delivery, hook, body)| async move {
            let now = self.now();
            let tried = send(&hook, &delivery.event, &body, now, teller.private).await;
            (delivery, now, tried)
        });
        for (delivery, now, tried) in join_all(sent).await {
            let attempts = delivery.attempts + 1;
            let again = usize::try_from(delivery.attempts)
                .ok()
                .and_then(|at| AGAIN.get(at));
            let (state, due, said) = match (&tried, again) {
                (Ok(said), _) => ("delivered", now, said.clone()),
                (Err(said), Some(seconds)) => {
                    // Of many that failed together not all come back together.
                    let jitter = i64::from(rand::random::<u8>()) * seconds / 1_024;
                    ("waiting", now.plus_seconds(seconds + jitter), said.clone())
                }
                (Err(said), None) => ("dead", now, said.clone()),
            };
            round.delivered += usize::from(tried.is_ok());
            round.failed += usize::from(tried.is_err());
            let mut tx = self.store.write(&Scope::All).await?;
            tx.set_delivery(&DeliveryRow {
                state: state.to_owned(),
                attempts,
                due,
                said,
                tried: Some(now),
                ..delivery
            })
            .await?;
            tx.commit().await?;
        }
        Ok(())
    }
}

impl Teller {
    /// The job of this server, which may or may not be the one that does it. Events are listed for so long, and
    /// answers to requests with a key kept for so long.
    pub fn new(private: bool, keep: Duration, replies: Duration) -> Teller {
        let seconds = |time: Duration| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
        Teller {
            holder: new_id("s"),
            day: None,
            private,
            keep: seconds(keep),
            replies: seconds(replies),
        }
    }
}

/// What is told of a standing: what is held, what is met, and the verdicts of the scorecard's columns.
fn standing(card: &Scorecard) -> Value {
    let level = |at: Option<usize>| at.map(|l| card.levels[l].id.clone());
    let columns: Vec<Value> = card
        .columns
        .iter()
        .map(|c| {
            json!({ "question": c.ask.name(), "level": c.level, "verdict": c.verdict.verdict() })
        })
        .collect();
    json!({
        "holds": card.holds.as_ref().map(|h| h.id.clone()),
        "meets": level(card.meets),
        "meets_most": level(card.meets_most),
        "columns": columns,
    })
}

/// Sends all of them side by side.
async fn join_all<T: Send>(all: impl Iterator<Item = impl Future<Output = T> + Send>) -> Vec<T> {
    let mut waiting: Vec<std::pin::Pin<Box<dyn Future<Output = T> + Send>>> =
        all.map(|one| Box::pin(one) as _).collect();
    let mut done: Vec<Option<T>> = waiting.iter().map(|_| None).collect();
    std::future::poll_fn(move |context| {
        let mut open = false;
        for (one, done) in waiting.iter_mut().zip(&mut done) {
            if done.is_none() {
                match one.as_mut().poll(context) {
                    std::task::Poll::Ready(value) => *done = Some(value),
                    std::task::Poll::Pending => open = true,
                }
            }
        }
        if open {
            std::task::Poll::Pending
        } else {
            std::task::Poll::Ready(done.drain(..).flatten().collect())
        }
    })
    .await
}

/// Sends something once: what the receiver said, in words, where it took it or not.
async fn send(
    hook: &HookRow,
    event: &str,
    body: &str,
    now: Instant,
    private: bool,
) -> Result<String, String> {
    let url = check_url(&hook.url, private).map_err(|refusal| refusal.to_string())?;
    let host = url.host_str().unwrap_or_default().to_owned();
    let port = url.port_or_known_default().unwrap_or(443);
    let found = tokio::time::timeout(PATIENCE, tokio::net::lookup_host((bare(&host), port)))
        .await
        .map_err(|_| "its name was not found in time".to_owned())?
        .map_err(|_| "its name was not found".to_owned())?;
    let addresses: Vec<SocketAddr> = found
        .filter(|address| private || is_public(address.ip()))
        .collect();
    if addresses.is_empty() {
        return Err("it is at an address that only some network reaches".to_owned());
    }
    let seconds = now.0.div_euclid(1_000_000);
    // To just the addresses that were looked at: a name may lead elsewhere a moment later.
    let client = reqwest::Client::builder()
        .timeout(PATIENCE)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .user_agent(concat!("cairn/", env!("CARGO_PKG_VERSION")))
        .resolve_to_addrs(&host, &addresses)
        .build()
        .map_err(|_| "nothing could be sent".to_owned())?;
    let answer = client
        .post(url)
        .header("content-type", "application/json")
        .header("webhook-id", event)
        .header("webhook-timestamp", seconds.to_string())
        .header(
            "webhook-signature",
            signature(&hook.secret, event, seconds, body),
        )
        .body(body.to_owned())
        .send()
        .await
        .map_err(|error| {
            if error.is_timeout() {
                format!("it did not answer within {} seconds", PATIENCE.as_secs())
            } else if error.is_connect() {
                "nothing answers there".to_owned()
            } else {
                "the connection broke off".to_owned()
            }
        })?;
    let status = answer.status();
    let said = format!("it answered {}", status.as_u16());
    if status.is_success() {
        Ok(said)
    } else {
        Err(said)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_is_signed_as_standard_webhooks_says() {
        // The example of the specification.
        let signed = signature(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn nothing_is_sent_where_only_a_network_reaches() {
        for address in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "198.18.0.1",
            "224.0.0.1",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:db8::1",
            "ff02::1",
        ] {
            let ip: IpAddr = address.parse().expect("an address");
            assert!(!is_public(ip), "{address}");
        }
        for address in ["1.1.1.1", "93.184.215.14", "2606:4700::1111"] {
            let ip: IpAddr = address.parse().expect("an address");
            assert!(is_public(ip), "{address}");
        }
    }

    #[test]
    fn an_address_that_cannot_be_told_is_refused() {
        for url in [
            "example.com",
            "ftp://example.com",
            "http://example.com",
            "https://u:p@example.com",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://0x7f.1/",
            "https://2130706433/",
        ] {
            assert!(check_url(url, false).is_err(), "{url}");
        }
        assert!(check_url("https://example.com/cairn", false).is_ok());
        assert!(check_url("http://127.0.0.1:8080/", true).is_ok());
    }
}
