//! Each verb of the table of access is reached by a route, or stands here with the reason why not.

use std::collections::{BTreeMap, BTreeSet};

use app::access::{Actor, Grant, Role, Verb};

use super::matrix;

/// Verbs that no route of the API reaches, each with its reason. None does now.
const ELSEWHERE: &[(Verb, &str)] = &[];

/// Methods of the product that somebody may call, by file: those that no route calls, each with the reason.
const NOT_BY_THE_API: &[(&str, &str)] = &[
    (
        "calendar",
        "whoever has the link of a calendar has no account: it is a page",
    ),
    (
        "written_by",
        "says beside answers who wrote each; the history of a record has an address",
    ),
    (
        "hand_over",
        "is a half of `hand_over_work`, which has an address",
    ),
    (
        "keep_narrative",
        "words of a report are records of the kind `narratives`, which have addresses",
    ),
    (
        "sort",
        "where values belong is said by records of the kind that sorts them, which have addresses",
    ),
    (
        "keep_inputs",
        "inputs of a model are records of the kind `assumptions`, which have addresses",
    ),
    ("digest", "is mail that the server writes"),
    (
        "answer_rating",
        "a customer has a link and no account: it is a page",
    ),
    (
        "confirm_rating",
        "a customer has a link and no account: it is a page",
    ),
    (
        "decline_rating",
        "a customer has a link and no account: it is a page",
    ),
    (
        "rating_form",
        "a customer has a link and no account: it is a page",
    ),
    (
        "rating_to_confirm",
        "a customer has a link and no account: it is a page",
    ),
    (
        "shared",
        "whoever has the link has no account: it is a page",
    ),
    ("back_up", "writes a file beside the server: `cairn backup`"),
    (
        "restore_history",
        "fills an empty database: `cairn restore`",
    ),
    (
        "retain",
        "is done once a day by the server, or by `cairn retention`",
    ),
    ("expire_imports", "is done by the server"),
    ("erase_from_ratings", "is a part of erasing a person"),
    ("settle_tasks", "is a part of listing tasks"),
    ("settle_all_tasks", "is done by the server"),
    ("tell_hooks", "is done by the server"),
    ("tell_notices", "is done by the server"),
    ("tend_ratings", "is done by the server"),
    ("send_due", "is done by the server"),
    ("sweep", "is done by the server"),
    ("refresh", "is done by the server"),
    ("read", "is a step within verbs"),
    ("as_known", "is a step within verbs"),
    (
        "planned_tasks",
        "says beside tasks what the steps of a plan say",
    ),
    ("write_facts", "is a step within verbs"),
    (
        "accept_first",
        "opens the door to a browser: a page sets its cookie",
    ),
    (
        "accept_invitation",
        "opens the door to a browser: a page sets its cookie",
    ),
    (
        "accept_signed",
        "opens the door to a browser: a page sets its cookie",
    ),
    (
        "arrive",
        "opens the door to a browser: a page sets its cookie",
    ),
    (
        "ask_reset",
        "opens the door to a browser: a page sets its cookie",
    ),
    (
        "depart",
        "opens the door to a browser: a page sets its cookie",
    ),
    (
        "finish_reset",
        "opens the door to a browser: a page sets its cookie",
    ),
    (
        "first",
        "opens the door to a browser: a page sets its cookie",
    ),
    (
        "first_start",
        "opens the door to a browser: a page sets its cookie",
    ),
    (
        "invitation",
        "opens the door to a browser: a page sets its cookie",
    ),
    (
        "reset",
        "opens the door to a browser: a page sets its cookie",
    ),
    (
        "second_step",
        "opens the door to a browser: a page sets its cookie",
    ),
    ("session", "stands around every request"),
    (
        "sign_in",
        "opens the door to a browser: a page sets its cookie",
    ),
    (
        "sign_out",
        "ends a browser's session: its page takes the cookie back",
    ),
    ("token", "stands around every request"),
    ("find", "is for whoever has the machine: `cairn account`"),
];

/// Sources of a folder, joined.
fn sources(folder: &std::path::Path, text: &mut String) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "tests") {
                sources(&path, text);
            }
        } else if path.extension().is_some_and(|e| e == "rs") {
            *text += &std::fs::read_to_string(&path).expect("a file");
        }
    }
}

/// Everything that an actor can ask of the product is a method that is `async` and open to interfaces.
#[test]
fn every_verb_of_the_product_is_called_by_a_route_or_says_why_not() {
    let crates = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let (mut product, mut api) = (String::new(), String::new());
    sources(&crates.join("app/src"), &mut product);
    sources(&crates.join("cairn/src/api"), &mut api);
    let excused: BTreeMap<&str, &str> = NOT_BY_THE_API.iter().copied().collect();
    let (mut missing, mut known) = (BTreeSet::new(), BTreeSet::new());
    for line in product.split("\n    pub async fn ").skip(1) {
        let name: String = line
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        let called = api.contains(&format!(".{name}("));
        if !called && !excused.contains_key(name.as_str()) {
            missing.insert(name.clone());
        }
        known.insert(name);
    }
    assert!(known.len() > 100, "{known:?}");
    assert!(missing.is_empty(), "no route calls {missing:?}");
    let stale: Vec<&&str> = excused.keys().filter(|n| !known.contains(**n)).collect();
    assert!(stale.is_empty(), "there is no verb {stale:?}");
}

/// Whoever may use every verb but one finds a route that is closed to them for it.
#[tokio::test]
async fn every_verb_of_the_table_opens_a_route() {
    let fresh = super::fresh::sqlite().await;
    let mut unreached: BTreeSet<&str> = Verb::ALL.iter().map(|v| v.name()).collect();
    for (verb, _) in ELSEWHERE {
        unreached.remove(verb.name());
    }
    let boss = |without: Verb| Actor {
        account: "a-boss".to_owned(),
        grants: vec![Grant {
            role: Role::Administrator,
            partner: None,
            person: None,
        }],
        only: Some(
            Verb::ALL
                .iter()
                .copied()
                .filter(|v| *v != without)
                .collect(),
        ),
        only_partner: None,
        lang: Default::default(),
    };
    for (method, path, _) in super::operations() {
        for verb in Verb::ALL {
            if !unreached.contains(verb.name()) {
                continue;
            }
            let trial = matrix::trial(&fresh, &method, &path, "north").expect("a trial");
            let (method, body) = (method.to_uppercase(), &trial.body);
            let who = boss(*verb);
            let answer = fresh.ask(Some(&who), &method, &trial.path, &trial.headers, body);
            let answer = answer.await;
            let named = format!("`{}`", verb.name());
            if answer.status == 403 && answer.text.contains(&named) {
                unreached.remove(verb.name());
            }
        }
    }
    assert!(unreached.is_empty(), "no route asks for {unreached:?}");
}
