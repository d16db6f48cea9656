//! Every page: nothing that axe finds in either theme at a desk or on a phone, nothing from elsewhere, not too heavy, no wider
//! than the window.

use std::process::Command;

use serde_json::{Value, json};

use super::PASSWORD;
use super::driver::{Browser, Demo};

/// The most that a page may weigh on the wire, packed, beside what is kept for ever.
const HEAVIEST: u64 = 50_000;

/// Every page of the demo that whoever runs it can open.
fn pages() -> Vec<String> {
    let pages = include_str!("pages.txt").lines();
    pages.map(str::to_owned).collect()
}

/// Writes a page in a language of long words, in a direction.
const LONG_WORDS: &str = r"
document.documentElement.dir = 'DIRECTION';
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const texts = [];
while (walk.nextNode()) texts.push(walk.currentNode);
for (const text of texts) {
  if (text.parentElement.closest('script, style, svg, code, pre, time, input, option')) continue;
  text.data = text.data.replace(/\p{L}{4,}/gu, word => word + word.toLowerCase());
}
for (const e of document.querySelectorAll('main h2, main label, nav.rail a'))
  if (!e.children.length) e.textContent = 'Donaudampfschifffahrtsgesellschaft';
";

/// The elements that stick out of a window, to be mended.
const WIDEST: &str = r"
return [...document.querySelectorAll('body *')]
  .filter(e => e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1)
  .slice(0, 3).map(e => e.outerHTML.slice(0, 120));
";

/// Pages of those who are not signed in.
const OUTSIDE: [&str; 2] = ["/sign-in", "/forgotten"];

/// The import whose page is looked at as well.
fn with_import(browser: &Browser, pages: &mut Vec<String>) {
    browser.go("/import");
    let path = browser.script(
        "const a = document.querySelector(\"main a.row[href*='/import/']\"); return a && a.getAttribute('href')",
    );
    pages.extend(path.as_str().map(str::to_owned));
}

fn axe() -> String {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tools/axe");
    let output = Command::new(script).output().expect("tools/axe runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let path = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    std::fs::read_to_string(path).expect("axe-core")
}

/// What axe finds in the page that is open, with every disclosure open.
fn found(browser: &Browser, axe: &str) -> Vec<String> {
    browser.script("for (const d of document.querySelectorAll('main details')) d.open = true");
    browser.script(axe);
    let found = browser.later(
        "const done = arguments[0]; axe.run(document, { resultTypes: ['violations'] }).then(r => done(r.violations.flatMap(v => v.nodes.map(n => v.id + ': ' + n.html.slice(0, 200)))), e => done(['axe: ' + e]))",
    );
    let all = found.as_array().expect("a list").iter();
    all.filter_map(|v| v.as_str().map(str::to_owned)).collect()
}

fn theme(browser: &Browser, name: &str) {
    let features = json!([{ "name": "prefers-color-scheme", "value": name }]);
    browser.tools(
        "Emulation.setEmulatedMedia",
        json!({ "features": features }),
    );
}

fn width(browser: &Browser, width: u32) {
    browser.tools(
        "Emulation.setDeviceMetricsOverride",
        json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false }),
    );
}

#[test]
fn axe_finds_nothing_on_any_page_in_either_theme_at_a_desk_or_on_a_phone() {
    let demo = Demo::start(&[]);
    let browser = Browser::start(&demo.address, true);
    let axe = axe();
    let wrong = std::cell::RefCell::new(vec![]);
    let look = |pages: &[String]| {
        for name in ["light", "dark"] {
            theme(&browser, name);
            for wide in [1_280, 390] {
                width(&browser, wide);
                for page in pages {
                    browser.go(page);
                    let here = browser.here();
                    assert_eq!(
                        here.starts_with("/sign-in"),
                        page.starts_with("/sign-in"),
                        "{page}"
                    );
                    for found in found(&browser, &axe) {
                        wrong
                            .borrow_mut()
                            .push(format!("{page} {name} {wide}: {found}"));
                    }
                }
            }
        }
    };
    look(&OUTSIDE.map(str::to_owned));
    browser.go(&demo.open);
    let mut all = pages();
    with_import(&browser, &mut all);
    look(&all);
    let link = demo.invite("kwame@harborcloud.example", "contributor", "kwame.asante");
    browser.forget();
    browser.go(&link);
    wrong.borrow_mut().extend(found(&browser, &axe));
    browser.join(&link, "Kwame Asante", PASSWORD);
    browser.wait("nav.rail");
    look(&["/mine".to_owned(), "/evidence/credentials/new".to_owned()]);
    let wrong = wrong.into_inner();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_page_is_heavy_asks_elsewhere_or_is_wider_than_the_window() {
    let demo = Demo::start(&[]);
    let browser = Browser::start(&demo.address, true);
    browser.go(&demo.open);
    let mut all = pages();
    with_import(&browser, &mut all);
    let mut wrong = vec![];
    let mut report = vec![];
    for page in &all {
        width(&browser, 1_280);
        browser.go(page);
        let told = browser.script(
            "const n = performance.getEntriesByType('navigation')[0]; return { wire: n.encodedBodySize, whole: n.decodedBodySize, server: n.responseStart - n.requestStart, from: performance.getEntriesByType('resource').map(r => new URL(r.name).origin === location.origin ? '' : r.name).filter(Boolean) }",
        );
        let wire = told["wire"].as_u64().unwrap_or_default();
        if wire == 0 || wire > HEAVIEST {
            wrong.push(format!("{page} has {wire} bytes on the wire"));
        }
        if told["from"] != json!([]) {
            wrong.push(format!("{page} asks elsewhere: {}", told["from"]));
        }
        report.push((
            page.clone(),
            wire,
            told["whole"].as_u64().unwrap_or_default(),
        ));
        for wide in [320, 390, 768, 1_280] {
            width(&browser, wide);
            let over = browser.script("return document.documentElement.scrollWidth - innerWidth");
            if over.as_i64().unwrap_or_default() > 0 {
                wrong.push(format!("{page} is {over} wider than {wide}"));
            }
        }
    }
    // A language of long words, in either direction, breaks no page on a phone: every word of a page is written twice in a row,
    // and those of headings, labels, links and buttons are one very long word.
    width(&browser, 390);
    for page in &all {
        for direction in ["ltr", "rtl"] {
            browser.go(page);
            browser.script(&LONG_WORDS.replace("DIRECTION", direction));
            let over = browser.script("return document.documentElement.scrollWidth - innerWidth");
            if over.as_i64().unwrap_or_default() > 0 {
                let what = browser.script(WIDEST);
                wrong.push(format!(
                    "{page} in long words, {direction}, is {over} wider than the window: {what}"
                ));
            }
        }
    }
    write_report(&report);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Writes the weights where `CAIRN_WEIGHTS` says, for the page of performance.
#[expect(
    clippy::disallowed_methods,
    reason = "where weights are written is said from outside"
)]
fn write_report(report: &[(String, u64, u64)]) {
    let Some(file) = std::env::var_os("CAIRN_WEIGHTS") else {
        return;
    };
    let lines: Vec<String> = report
        .iter()
        .map(|(page, wire, whole)| format!("{page}\t{wire}\t{whole}"))
        .collect();
    std::fs::write(file, lines.join("\n") + "\n").expect("a file");
}

/// Takes pictures of the main pages into the folder that `CAIRN_PICTURES` names.
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "where pictures are written is said from outside"
)]
fn pictures_can_be_taken_of_the_main_pages() {
    let Some(folder) = std::env::var_os("CAIRN_PICTURES") else {
        return;
    };
    let folder = std::path::PathBuf::from(folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    let demo = Demo::start(&[]);
    let browser = Browser::start(&demo.address, true);
    browser.go(&demo.open);
    for page in pages() {
        let name: String = page
            .trim_matches('/')
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
            .collect();
        let name = if name.is_empty() {
            "home".to_owned()
        } else {
            name
        };
        for (look, wide, scheme, media) in [
            ("light", 1_280, "light", ""),
            ("dark", 1_280, "dark", ""),
            ("phone", 390, "light", ""),
            ("paper", 794, "light", "print"),
        ] {
            width(&browser, wide);
            let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
            let media: Value = json!({ "media": media, "features": features });
            browser.tools("Emulation.setEmulatedMedia", media);
            browser.go(&page);
            browser.picture(&folder.join(format!("{name}.{look}.png")), true);
        }
    }
}
