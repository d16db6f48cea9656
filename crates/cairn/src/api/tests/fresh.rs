//! A server over an empty database of either kind, with two partners in it.

use std::sync::Arc;

use app::access::{Actor, Grant, Role};
use app::clock::Clock;
use app::domain::instant::Instant;
use app::edit::Edit;
use app::office::Office;
use app::store::Store;
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode};
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use serde_json::Value;

use crate::serve::settings::Settings;
use crate::serve::state::AppState;

/// What only the other partner's evidence says; no answer to anybody else may hold it.
pub const SECRET: &str = "Quillfeather";
/// What its evidence is found by.
pub const OTHER: &str = "south";

/// A server, and what must live as long as it.
pub struct Fresh {
    pub office: Arc<Office>,
    pub state: AppState,
    server: TowerToHyperService<Router>,
    /// What is in its database.
    pub ids: Ids,
    _folder: Option<tempfile::TempDir>,
}

/// What is in the database of a server; whose it is stands first, empty where it is of the server or of several.
#[derive(Clone, Default)]
pub struct Ids {
    /// A record of each partner: its version.
    pub records: Vec<(&'static str, i64)>,
    /// A hook with an event.
    pub hooks: Vec<(&'static str, String)>,
    /// A decision about each partner.
    pub decisions: Vec<(&'static str, i64)>,
    /// Three imports: one that is receiving, one that was shown, one that was confirmed.
    pub imports: Vec<(&'static str, [String; 3])>,
    /// A row that an import refused.
    pub refused: Vec<(&'static str, i64)>,
    /// A task, a comment, a file, a link and a rating of each partner.
    pub work: Vec<(&'static str, Work)>,
}

/// What people did at a partner.
#[derive(Clone, Default)]
pub struct Work {
    pub task: String,
    pub comment: String,
    pub document: String,
    pub share: String,
    pub rating: String,
    pub reference: i64,
    pub plan: i64,
    pub feed: String,
}

impl std::ops::Deref for Fresh {
    type Target = Ids;

    fn deref(&self) -> &Ids {
        &self.ids
    }
}

/// What every hook of these servers was told.
pub const EVENT: &str = "msg_1";

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().expect("text"))
    }
}

/// A database that was filled once, as its files: filling it anew for every test takes long.
struct Filled {
    files: Vec<(String, Vec<u8>)>,
    ids: Ids,
}

async fn filled() -> Filled {
    let folder = tempfile::tempdir().expect("a folder");
    let address = folder.path().join("cairn.db");
    let store = Store::open(&address.to_string_lossy()).await;
    let (office, ids) = fill(store.expect("a store")).await;
    let mut files = vec![];
    for entry in std::fs::read_dir(folder.path()).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy();
        if !name.ends_with("-shm") {
            files.push((name.into_owned(), std::fs::read(&path).expect("a file")));
        }
    }
    // Not before its files were read: whoever closes a database last tidies it.
    drop(office);
    Filled { files, ids }
}

pub async fn sqlite() -> Fresh {
    static FILLED: tokio::sync::OnceCell<Filled> = tokio::sync::OnceCell::const_new();
    let filled = FILLED.get_or_init(filled).await;
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in &filled.files {
        std::fs::write(folder.path().join(name), bytes).expect("a file");
    }
    let address = folder.path().join("cairn.db");
    let store = Store::open(&address.to_string_lossy()).await;
    let office = office(store.expect("a store")).await;
    serve(office, filled.ids.clone(), Some(folder))
}

/// A database of the other kind that was filled once: others are made as copies of it.
struct Pattern {
    /// The server's address, up to the name of a database.
    front: String,
    name: String,
    ids: Ids,
}

async fn ask_server(server: &str, statement: String) -> Result<(), sqlx::Error> {
    let pool = sqlx::PgPool::connect(server).await.expect("the server");
    let done = sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&pool);
    let done = done.await.map(|_| ());
    pool.close().await;
    done
}

async fn pattern() -> Pattern {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tools/postgres");
    let out = std::process::Command::new(script)
        .output()
        .expect("tools/postgres");
    let problem = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{problem}");
    let server = String::from_utf8(out.stdout).expect("an address");
    let (front, _) = server.trim().rsplit_once('/').expect("a database");
    let name = database();
    let made = ask_server(server.trim(), format!("create database {name}")).await;
    made.expect("a database");
    let store = Store::open(&format!("{front}/{name}")).await;
    let (office, ids) = fill(store.expect("a store")).await;
    drop(office);
    Pattern {
        front: front.to_owned(),
        name,
        ids,
    }
}

/// A name that no database has yet: that of a folder that nobody else has.
fn database() -> String {
    static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let next = NEXT.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
    let folder = tempfile::tempdir().expect("a folder");
    let unique: String = folder
        .path()
        .to_string_lossy()
        .bytes()
        .filter(u8::is_ascii_alphanumeric)
        .map(|b| format!("{b:02x}"))
        .collect();
    format!("api{next}x{}", &unique[unique.len().saturating_sub(24)..])
}

pub async fn postgres() -> Fresh {
    static PATTERN: tokio::sync::OnceCell<Pattern> = tokio::sync::OnceCell::const_new();
    // Two copies at once would stand in each other's way.
    static COPYING: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let pattern = PATTERN.get_or_init(pattern).await;
    let (front, of) = (&pattern.front, &pattern.name);
    let (server, name) = (format!("{front}/postgres"), database());
    let copying = COPYING.lock().await;
    // The server's own workers, who tidy up, are left alone: they go by themselves when a copy is made.
    let left = format!(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = '{of}' and backend_type = 'client backend'"
    );
    ask_server(&server, left).await.expect("nobody is left");
    let copy = format!("create database {name} template {of}");
    ask_server(&server, copy).await.expect("a copy");
    drop(copying);
    let store = Store::open(&format!("{front}/{name}")).await;
    let office = office(store.expect("a store")).await;
    serve(office, pattern.ids.clone(), None)
}

/// Whoever has the machine.
pub fn boss() -> Actor {
    Actor::system("a-boss")
}

/// Somebody with one role: of the server, or of `north`.
pub fn actor(role: Role) -> Actor {
    Actor {
        account: format!("a-{}", role.name()),
        grants: vec![Grant {
            role,
            partner: (!role.is_of_server()).then(|| "north".to_owned()),
            person: (role == Role::Contributor).then(|| "ada".to_owned()),
        }],
        only: None,
        only_partner: None,
        lang: Default::default(),
    }
}

async fn office(store: Store) -> Arc<Office> {
    static LOADED: std::sync::OnceLock<Arc<app::programs::Loaded>> = std::sync::OnceLock::new();
    let loaded =
        LOADED.get_or_init(|| Arc::new(app::programs::load(&[]).expect("the shipped programs")));
    let at = Instant::parse("2024-06-28T12:00:00Z").expect("a moment");
    let office = Office::new(store, loaded.clone(), Clock::stopped(at));
    office.refresh().await.expect("warm");
    Arc::new(office)
}

/// Two partners, and one of everything at each.
async fn fill(store: Store) -> (Arc<Office>, Ids) {
    let office = office(store).await;
    let mut records = vec![];
    for (partner, name) in [("north", "Northern"), (OTHER, SECRET)] {
        office
            .add_partner(&boss(), partner, name)
            .await
            .expect("a partner");
        let cells = |pairs: &[(&str, &str)]| {
            let pairs = pairs.iter();
            pairs
                .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
                .collect()
        };
        let add = |kind: &str, pairs: &[(&str, &str)]| Edit::Add {
            kind: kind.to_owned(),
            cells: cells(pairs),
        };
        let edits = [
            add(
                "people",
                &[
                    ("person", "ada"),
                    ("name", name),
                    ("registered_on", "2023-01-01"),
                ],
            ),
            add(
                "people",
                &[
                    ("person", "ben"),
                    ("name", name),
                    ("registered_on", "2023-01-01"),
                ],
            ),
            add(
                "enrollments",
                &[
                    ("program", app::demo::SAMPLE_PROGRAM),
                    ("level", "select"),
                    ("since", "2023-02-01"),
                    ("next_review_on", "2024-12-15"),
                ],
            ),
            add(
                "opportunities",
                &[
                    ("opportunity", "o-1"),
                    ("customer", name),
                    ("origin", "partner"),
                    ("stage", "launched"),
                    ("estimated_mrr", "1500.50"),
                    ("currency", "USD"),
                    ("launched_on", "2024-03-01"),
                ],
            ),
        ];
        let done = office.edit(&boss(), partner, &edits).await;
        let done = done.expect("records");
        records.push((partner, done.value[0].version));
    }
    let mut decisions = vec![];
    for partner in ["north", OTHER] {
        let deciding = app::decisions::Deciding {
            program: app::demo::SAMPLE_PROGRAM.to_owned(),
            edition: None,
            as_of: office.clock.today(),
            known_after: None,
            assumptions: app::domain::library::Assumptions::default(),
            about: app::decisions::About::Review,
            outcome: app::decisions::Outcome::Deferred,
            level: None,
            reason: if partner == OTHER { SECRET } else { "x" }.to_owned(),
            supersedes: None,
        };
        let made = office.decide(&boss(), partner, &deciding).await;
        let made = made.expect("a decision").value;
        decisions.push((partner, made.decision.decision));
    }
    let mut hooks = vec![];
    for partner in [Some("north"), Some(OTHER), None] {
        let url = format!(
            "https://example.com/{}",
            if partner == Some(OTHER) { SECRET } else { "x" }
        );
        let made = office.make_hook(&boss(), partner, &url, false).await;
        hooks.push((partner.unwrap_or(""), made.expect("a hook").0.hook));
    }
    let event = app::store::HookEvent {
        event: EVENT.to_owned(),
        partner: "north".to_owned(),
        at: office.now(),
        body: "{}".to_owned(),
    };
    let told: Vec<&str> = hooks.iter().map(|(_, hook)| &**hook).collect();
    let mut tx = office
        .store
        .write(&app::store::Scope::All)
        .await
        .expect("a store");
    tx.insert_event(&event, &told).await.expect("an event");
    tx.commit().await.expect("it is written");
    let (imports, refused) = import(&office).await;
    let ids = Ids {
        records,
        hooks,
        decisions,
        imports,
        refused,
        work: work(&office).await,
    };
    (office, ids)
}

async fn work(office: &Office) -> Vec<(&'static str, Work)> {
    use app::ratings::NewRating;
    use app::tasks::Said;
    let mut all = vec![];
    for (partner, name) in [("north", "Northern"), (OTHER, SECRET)] {
        let (boss, program) = (boss(), app::demo::SAMPLE_PROGRAM);
        // It asks to be signed, so that every way to close it can be tried.
        let plan = [("kind", "business-plan"), ("program", program)];
        let plan = plan.map(|(n, v)| (n.to_owned(), v.to_owned())).to_vec();
        let said = Said {
            title: format!("Sign the plan of {name}"),
            closes: Some(("attestations".to_owned(), plan)),
            ..Said::default()
        };
        let task = office.add_task(&boss, partner, &said).await;
        let comment = office.comment(&boss, partner, program, "", name).await;
        let record = office.records(&boss, partner, "opportunities").await;
        let record = record.expect("records")[0].version;
        let document = office.attach(&boss, partner, record, "x.txt", name.as_bytes());
        let document = document.await;
        let share = office.share_scorecard(&boss, partner, program, 7, name);
        let share = share.await;
        let asked = [NewRating {
            program: program.to_owned(),
            customer: name.to_owned(),
            person: "Cleo".to_owned(),
            email: "cleo@example.com".to_owned(),
        }];
        let rating = office.request_ratings(&boss, partner, &asked).await;
        let references = office.records(&boss, partner, "references").await;
        let goal = app::plan::Goal {
            by: Some(office.clock.today().plus_days(500)),
            only: vec!["launched".to_owned()],
            ..app::plan::Goal::default()
        };
        let plan = office.propose_plan(&boss, partner, program, &goal).await;
        let feed = office.make_feed(&boss, partner, name).await;
        let work = Work {
            feed: feed.expect("a link").value.0.feed,
            // Where nothing can be done there is none, and its addresses answer so.
            plan: plan.map_or(0, |done| done.value.plan),
            task: task.expect("a task").value.task,
            comment: comment.expect("a comment").value.comment,
            document: document.expect("a file").value.document,
            share: share.expect("a link").value.0.share,
            // A program that does not count what this form brings has none.
            rating: rating.map_or("r-none".to_owned(), |done| done.value[0].request.clone()),
            reference: references.expect("records")[0].version,
        };
        all.push((partner, work));
    }
    all
}

/// What imports are of, the imports, and a row that each refused.
async fn import(office: &Office) -> (Vec<(&'static str, [String; 3])>, Vec<(&'static str, i64)>) {
    use app::imports::{ImportOptions, Target};
    let (mut imports, mut refused) = (vec![], vec![]);
    for (partner, name) in [("north", "Northern"), (OTHER, SECRET), ("", "Several")] {
        let target = match partner {
            "" => Target::Several,
            partner => Target::Partner(partner.to_owned()),
        };
        let mut ids = vec![];
        for at in ["receiving", "shown", "confirmed"] {
            let (boss, options) = (boss(), ImportOptions::default());
            let begun = office.start_import(&boss, &target, None, &options);
            let id = begun.await.expect("an import").id;
            let mut upload = office
                .upload(&boss, &id, "references.csv")
                .await
                .expect("an upload");
            // Of several, the second row is nobody's.
            let (head, one, two) = match partner {
                "" => ("partner,", "north,", ","),
                _ => ("", "", ""),
            };
            let table = format!(
                "{head}reference,customer,route,url,submitted_on\n\
                 {one}{at}-1{partner},{name},tool,https://example.com/x,2024-05-01\n\
                 {two}{at}-2{partner},{name},tool,https://example.com/y,soon\n"
            );
            upload.write(table.as_bytes()).await.expect("bytes");
            upload.finish().await.expect("a whole file");
            ids.push(id);
        }
        for (id, confirm) in [(&ids[2], true), (&ids[1], false)] {
            let shown = office.preview_import(&boss(), id, None).await;
            let shown = shown.expect("a preview");
            if confirm {
                let done = office.confirm_import(&boss(), id, shown.version).await;
                done.expect("it is written");
            }
        }
        let rows = office.refused(&boss(), partner, 0, 9).await;
        refused.push((partner, rows.expect("rows")[0].version));
        imports.push((partner, ids.try_into().expect("three")));
    }
    (imports, refused)
}

fn serve(office: Arc<Office>, ids: Ids, folder: Option<tempfile::TempDir>) -> Fresh {
    let state = AppState::new(Settings::of(&[]));
    state.set_office(office.clone());
    state.set_readiness(crate::serve::state::Readiness::Ready);
    let routes = Router::new().nest("/api/v1", crate::api::router(state.clone()));
    let routes = routes
        .layer(axum::middleware::from_fn(crate::serve::problem::render))
        .with_state(state.clone());
    Fresh {
        office,
        state,
        server: TowerToHyperService::new(routes),
        ids,
        _folder: folder,
    }
}

impl Fresh {
    /// Sends a request as somebody; as nobody where there is no actor. Headers are written `name: value`, in lines.
    pub async fn ask(
        &self,
        actor: Option<&Actor>,
        method: &str,
        path: &str,
        headers: &str,
        body: &str,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .header("host", "cairn.test");
        if !body.is_empty() && !headers.to_lowercase().contains("content-type") {
            request = request.header("content-type", "application/json");
        }
        for line in headers.lines() {
            let (name, value) = line.split_once(": ").expect("a header");
            request = request.header(name, value);
        }
        let mut request = request
            .body(Body::from(body.to_owned()))
            .expect("a request");
        if let Some(actor) = actor {
            request.extensions_mut().insert(actor.clone());
        }
        let Ok(response) = self.server.call(request).await;
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX)
            .await
            .expect("a body");
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8_lossy(&body).into_owned(),
        }
    }

    /// Reads an address as whoever has the machine.
    pub async fn get(&self, path: &str) -> Answer {
        self.ask(Some(&boss()), "GET", path, "", "").await
    }
}

/// The same test on both databases.
macro_rules! on_both {
    ($($(#[$doc:meta])* async fn $name:ident($fresh:ident: Fresh) $body:block)*) => {
        mod on_sqlite {
            use super::*;
            $(#[tokio::test] async fn $name() { let $fresh = $crate::api::tests::fresh::sqlite().await; $body })*
        }
        mod on_postgres {
            use super::*;
            $(#[tokio::test] async fn $name() { let $fresh = $crate::api::tests::fresh::postgres().await; $body })*
        }
    };
}
pub(crate) use on_both;
