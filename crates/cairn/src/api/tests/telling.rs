//! Web hooks: a change of a standing reaches a receiver, signed, once, and again where it was not taken.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use app::domain::instant::Instant;
use app::hooks::{Round, Teller, signature};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;

use super::fresh::{boss, on_both};

/// A receiver that takes nothing at first, and then everything.
#[derive(Clone, Default)]
struct Receiver {
    got: Arc<Mutex<Vec<(HeaderMap, String)>>>,
    refuse: Arc<std::sync::atomic::AtomicUsize>,
}

impl Receiver {
    async fn start(&self) -> String {
        async fn take(State(of): State<Receiver>, headers: HeaderMap, body: String) -> StatusCode {
            use std::sync::atomic::Ordering::SeqCst;
            of.got.lock().expect("a lock").push((headers, body));
            let left = of.refuse.load(SeqCst);
            of.refuse.store(left.saturating_sub(1), SeqCst);
            if left > 0 {
                StatusCode::INTERNAL_SERVER_ERROR
            } else {
                StatusCode::NO_CONTENT
            }
        }
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let address = listener.local_addr().expect("an address");
        let routes = Router::new()
            .route("/told", post(take))
            .with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        format!("http://{address}/told")
    }

    fn count(&self) -> usize {
        self.got.lock().expect("a lock").len()
    }
}

fn teller(private: bool) -> Teller {
    let day = Duration::from_secs(24 * 60 * 60);
    Teller::new(private, 30 * day, day)
}

on_both! {
    async fn a_change_is_told_signed_and_again_until_it_is_taken(fresh: Fresh) {
        let receiver = Receiver::default();
        receiver.refuse.store(1, std::sync::atomic::Ordering::SeqCst);
        let url = receiver.start().await;
        for (partner, hook) in &fresh.hooks {
            let partner = (!partner.is_empty()).then_some(*partner);
            fresh.office.delete_hook(&boss(), partner, hook).await.expect("it goes");
        }
        let office = &fresh.office;
        let made = office.make_hook(&boss(), Some("north"), &url, true).await;
        let (hook, secret) = made.expect("a hook");
        let mut teller = teller(true);
        // What is seen first has not changed.
        assert_eq!(office.tell_hooks(&mut teller).await.expect("a round"), Round::default());
        let enrollments = fresh.get("/partners/north/records/enrollments").await.json();
        let version = &enrollments["items"][0]["version"];
        let at = format!("/partners/north/records/enrollments/{version}");
        let gone = fresh.ask(Some(&boss()), "DELETE", &at, "if-match: *", "").await;
        assert_eq!(gone.status, 204, "{}", gone.text);
        let first = office.tell_hooks(&mut teller).await.expect("a round");
        assert_eq!((first.events, first.delivered, first.failed), (1, 0, 1));
        // Not before it is due.
        assert_eq!(office.tell_hooks(&mut teller).await.expect("a round"), Round::default());
        let list = format!("/partners/north/hooks/{}/deliveries", hook.hook);
        let waiting = fresh.get(&list).await.json();
        assert_eq!(waiting["items"][0]["state"], "waiting");
        assert_eq!(waiting["items"][0]["said"], "it answered 500");
        office.clock.set(office.now().plus_seconds(60));
        let second = office.tell_hooks(&mut teller).await.expect("a round");
        assert_eq!((second.events, second.delivered, second.failed), (0, 1, 0));
        assert_eq!(fresh.get(&list).await.json()["items"][0]["state"], "delivered");
        let (headers, body) = receiver.got.lock().expect("a lock")[1].clone();
        let header = |name: &str| headers[name].to_str().expect("text").to_owned();
        let seconds: i64 = header("webhook-timestamp").parse().expect("seconds");
        let expected = signature(&secret, &header("webhook-id"), seconds, &body);
        assert_eq!(header("webhook-signature"), expected);
        let told: serde_json::Value = serde_json::from_str(&body).expect("JSON");
        assert_eq!(told["type"], "standing.changed");
        assert_eq!(told["data"]["before"]["holds"], "select");
        assert_eq!(told["data"]["after"]["holds"], serde_json::Value::Null);
        let again = format!("{list}/{}/redeliver", header("webhook-id"));
        let again = fresh.ask(Some(&boss()), "POST", &again, "", "").await;
        assert_eq!(again.status, 202, "{}", again.text);
        assert_eq!(office.tell_hooks(&mut teller).await.expect("a round").delivered, 1);
        assert_eq!(receiver.count(), 3);
    }

    async fn what_is_never_taken_is_given_up_after_a_day_or_so(fresh: Fresh) {
        let office = &fresh.office;
        let mut teller = teller(false);
        let began = office.now();
        for (partner, hook) in &fresh.hooks {
            let partner = (!partner.is_empty()).then_some(*partner);
            fresh.office.delete_hook(&boss(), partner, hook).await.expect("it goes");
        }
        // Made while it was allowed; now nothing is sent to addresses that only this network reaches.
        let receiver = Receiver::default();
        let url = receiver.start().await;
        let made = office.make_hook(&boss(), None, &url, true).await.expect("a hook");
        let event = app::store::HookEvent { event: "msg_2".to_owned(), partner: "north".to_owned(), at: began, body: "{}".to_owned() };
        let mut tx = office.store.write(&app::store::Scope::All).await.expect("a store");
        tx.insert_event(&event, &[&made.0.hook]).await.expect("an event");
        tx.commit().await.expect("written");
        let state = loop {
            office.tell_hooks(&mut teller).await.expect("a round");
            let all = office.deliveries(&boss(), (None, &made.0.hook), None, 9).await.expect("deliveries");
            if all[0].state != "waiting" {
                break all[0].clone();
            }
            office.clock.set(all[0].due);
        };
        assert_eq!((state.state.as_str(), state.attempts, receiver.count()), ("dead", 11, 0));
        let hours = (office.now().0 - began.0) / 3_600_000_000;
        assert!((20..32).contains(&hours), "{hours}");
    }

    async fn one_server_tells_at_a_time_and_another_goes_on_when_it_ends(fresh: Fresh) {
        let office = &fresh.office;
        let (mut one, mut other) = (teller(false), teller(false));
        office.tell_hooks(&mut one).await.expect("a round");
        let waits = async |office: &app::office::Office| {
            let mut tx = office.store.write(&app::store::Scope::All).await.expect("a store");
            let taken = tx.take_lease("hooks", "else", office.now(), Instant(i64::MAX)).await;
            drop(tx);
            taken.expect("a lease").is_none()
        };
        assert!(waits(office).await);
        office.tell_hooks(&mut other).await.expect("a round");
        office.clock.set(office.now().plus_seconds(31));
        assert!(!waits(office).await);
    }
}
