//! The product as people use it: a real Chromium over the demo as it is served.
//!
//! Each test has a server and a browser of its own. Nothing sleeps for a set time: what is waited for is looked for.

mod driver;
mod pages;

use std::fs;
use std::process::Command;

use driver::{Browser, Demo};
use serde_json::json;

const PASSWORD: &str = "a long walk up a quiet hill";
const PROGRAM: &str = "aws-services-path";

/// What a row of the scorecard has, in the column of a question.
fn have(browser: &Browser, row: &str, question: &str) -> u64 {
    let cell = format!("a.hv[href*='row={row}&'][href*='question={question}'] .have");
    let text = browser.text(&cell);
    text.parse().unwrap_or_else(|_| panic!("{row}: {text}"))
}

/// The first link of a page whose address holds a text.
fn address_of(browser: &Browser, css: &str) -> String {
    browser.property(css, "href")
}

#[test]
fn a_monday_morning_of_an_alliance_lead() {
    let demo = Demo::start(&[]);
    let browser = Browser::start(&demo.address, true);
    // The address that the command prints opens signed in, once.
    browser.go(&demo.open);
    assert_eq!(browser.here(), "/");
    browser.wait_for_text("h1", "Where you stand");
    browser.forget();
    browser.go(&demo.open);
    browser.wait_for_text("body", "works once");

    // An alliance lead who was invited chooses a password, and signs in with it.
    let link = demo.invite("lead@harborcloud.example", "alliance-lead", "");
    browser.join(&link, "Noor Haddad", PASSWORD);
    browser.wait("nav.rail");
    browser.sign_in("lead@harborcloud.example", PASSWORD);
    browser.wait("nav.rail");

    // They import a folder: two people of whom one row is refused, and two opportunities of which one is.
    let folder = demo.folder.path().join("monday");
    fs::create_dir(&folder).expect("a folder");
    let people =
        "person,Full Name,registered_on\nnew.one,New One,2026-01-05\nnew.two,New Two,soon\n";
    let opportunities = "opportunity,customer,title,stage,estimated_mrr,currency,target_close_on\n\
        NEW-1,Quarry Lane Bakery,Order portal,committed,1200,USD,2027-01-15\n\
        NEW-2,Delmar Foods,Web shop,comitted,900,USD,2027-02-31\n";
    fs::write(folder.join("people.csv"), people).expect("a file");
    fs::write(folder.join("opportunities.csv"), opportunities).expect("a file");
    browser.go("/import");
    browser.fill("#folder", &folder.display().to_string());
    browser.click("form[data-upload] button.main");
    browser.wait("#rows");
    let preview = browser.here();
    browser.wait_for_text(".news", "2 can be taken, 2 are refused");
    // A column that the product did not know is said to be the name, and the files are read again.
    browser.script("for (const d of document.querySelectorAll('details.follow')) d.open = true");
    let at = browser.script(
        "return [...document.querySelectorAll('label')].find(l => l.textContent === 'Full Name').htmlFor",
    );
    let select = format!("#{}", at.as_str().expect("a field"));
    browser.script(&format!(
        "document.querySelector('{select}').value = 'name'"
    ));
    browser.click("button[value=read]");
    browser.wait("#rows");
    browser.click("button[value=confirm]");
    browser.wait_for_text(".done", "taken over");

    // Two refused rows are mended where they stand.
    browser.click("a[href*='/import#rf'], a[href$='#rf']");
    for (column, right) in [
        ("registered_on", "2026-02-02"),
        ("target_close_on", "2027-02-28"),
    ] {
        let row = "form.mend:has(legend code)";
        assert!(browser.has(row));
        let field = format!("input[name='c.{column}'][aria-invalid=true]");
        browser.fill(&field, right);
        if column == "target_close_on" && browser.has("input[name='c.stage'][aria-invalid=true]") {
            browser.fill("input[name='c.stage'][aria-invalid=true]", "committed");
        }
        browser.script(&format!(
            "document.querySelector(\"{field}\").closest('form').querySelector('button[value=mend]').click()"
        ));
        browser.wait(".done");
        browser.wait_for_text(".done", "mended");
        browser.go("/import");
    }
    let people = "/evidence/people?view=table&q=New";
    browser.go(people);
    assert!(browser.text("main").contains("New One") && browser.text("main").contains("new.two"));

    // The scorecard, and a number that opens its records.
    let card = format!("/scorecard/{PROGRAM}");
    browser.go(&card);
    browser.wait_for_text(".news", "You hold Advanced");
    let before = have(&browser, "launched", "retain");
    browser.click("a.hv[href*='row=launched&'][href*='question=retain']");
    browser.wait("#why");
    browser.wait_for_text("#why", "Counted");

    // An answer of an assessment.
    browser.go("/assessments/aws-msp-maturity");
    browser.script("document.querySelector('fieldset.q input[type=radio]:not(:checked)').click()");
    browser.click("main form .buttons button.main");
    browser.wait_for_text(".done", "saved");

    // An opportunity is launched, and the scorecard counts one more.
    browser.go("/evidence/opportunities?view=table&q=NEW-1");
    browser.click("main td a.row, main th a.row");
    browser.click("a[href*='/evidence/opportunities/move']");
    browser.click("input[name=stage][value=launched]");
    browser.click("main form .buttons button.main");
    browser.wait_for_text("main", "A launch has a day");
    let today = browser.script("const d = new Date(); return d.toISOString().slice(0, 10)");
    browser.fill("input[name=launched_on]", today.as_str().expect("a day"));
    browser.click("main form .buttons button.main");
    browser.wait_for_text(".done", "moved");
    browser.go(&card);
    assert_eq!(have(&browser, "launched", "retain"), before + 1);

    // The time machine: the guide's sample, cell for cell.
    browser.click("details.asof summary");
    browser.fill("#day", "2024-06-28");
    browser.click("details.asof form button.main");
    browser.wait_for_text(".news", "You hold Select");
    let here = browser.here();
    assert!(here.contains("day=2024-06-28"), "{here}");
    assert_eq!(have(&browser, "launched", "retain"), 0);
    assert_eq!(have(&browser, "accredited", "enter"), 4);

    // What is shown is exported.
    let csv = address_of(&browser, "a[href*='.csv']");
    let text = browser.later(&format!(
        "const done = arguments[0]; fetch({}).then(a => a.text()).then(done)",
        json!(csv)
    ));
    let text = text.as_str().expect("text");
    assert!(text.contains("10498.56"), "{text}");

    // And the whole import is taken back, after it was asked.
    browser.go(&preview);
    browser.click("details.data summary");
    browser.click("button[value=undo]");
    browser.wait_for_text("main", "changed since");
    browser.click("input[name=keep]");
    browser.click("button[value=undo]");
    browser.wait_for_text(".done", "taken back");
}

#[test]
fn everything_of_a_morning_works_with_script_off() {
    let demo = Demo::start(&[]);
    let browser = Browser::start(&demo.address, false);
    browser.go(&demo.open);
    assert_eq!(browser.here(), "/");
    // WebDriver's own scripts still run; the page's do not.
    let people = demo.folder.path().join("people.csv");
    fs::write(
        &people,
        "person,name,registered_on\nnew.one,New One,2026-01-05\nx,X,soon\n",
    )
    .expect("a file");
    browser.go("/import");
    assert!(!browser.has("[data-folder]:not([hidden])"));
    browser.fill("#files", &people.display().to_string());
    browser.click("form[data-upload] button.main");
    browser.wait("#rows");
    browser.click("button[value=confirm]");
    browser.click("a[href$='#rf']");
    browser.fill("input[name='c.registered_on'][aria-invalid=true]", "never");
    browser.click("form.mend:has([value=never]) button[value=mend], form.mend:has(#rf) button, form.mend:last-of-type button[value=mend]");
    assert_eq!(
        browser.property("input[name='c.registered_on'][aria-invalid=true]", "value"),
        "never"
    );
    // The name that no catalog knows is mapped in one step.
    browser.click("form.acts button[value^='entry:']");
    browser.wait_for_text(".done", "remembered");
    browser.go(&format!("/scorecard/{PROGRAM}"));
    browser.click("a.hv[href*='row=launched&']");
    browser.wait("#why");
    browser.go("/assessments/aws-msp-maturity");
    browser.click("fieldset.q input[type=radio]:not(:checked)");
    browser.click("main form .buttons button.main");
    browser.wait_for_text(".done", "saved");
    // The program is chosen by a button, the day by a form, the theme by another.
    browser.go(&format!("/timeline/{PROGRAM}"));
    browser.click("form.choose button");
    browser.click("button[name=theme][value=dark]");
    assert_eq!(browser.property("html", "lang"), "en");
    assert!(browser.has("html[data-theme=dark]"));
}

#[test]
fn what_falls_becomes_a_plan_and_the_plan_becomes_work() {
    let demo = Demo::start(&[]);
    // Nothing of it needs a script.
    let browser = Browser::start(&demo.address, false);
    browser.go(&demo.open);
    browser.go("/ahead");
    browser.wait_for_text("main", "A forecast, not a fact");
    browser.go(&format!("/ahead/{PROGRAM}"));
    browser.click("table.falls a.row");
    browser.wait("#why");
    browser.go(&format!("/leavers/{PROGRAM}"));
    browser.wait("table.leavers tbody tr");
    browser.go(&format!("/odds/{PROGRAM}"));
    let before = browser.text(".news");
    browser.fill("input[name^=chance-]", "0");
    browser.click("aside .buttons button");
    browser.wait_for_text("aside", "set here");
    assert_ne!(browser.text(".news"), before);

    // The vendor's number for a row, and why ours differs.
    browser.go(&format!("/vendor/{PROGRAM}"));
    browser.fill("#row-launched", "999");
    browser.click("main form .timeform button");
    browser.wait_for_text(".vendor", "not explained");

    // The cheapest way up is found, proposed, and one step of it accepted.
    browser.go(&format!("/plan/{PROGRAM}"));
    browser.click("main form.timeform button.main");
    browser.wait_for_address("find=plan");
    browser.go(&format!(
        "/plan/{PROGRAM}?find=plan&level=advanced&by=2027-12-31"
    ));
    browser.wait_for_text("main", "What to do");
    browser.click("main form[method=post] button.main");
    browser.wait_for_address("/plans/");
    browser.click("input[name=step][value='1']");
    browser.click("button[value=ticked]");
    browser.wait_for_text("main", "1 accepted step");
    let step = browser.text("tbody th[scope=row]");
    let title = step.lines().next().expect("a title").to_owned();
    browser.go("/tasks");
    browser.wait_for_text("main", &title);
    browser.go("/plans");
    browser.click("main a.row");
    browser.click("main .buttons a.btn");
    browser.wait_for_text("#again", "changes nothing");
}

#[test]
fn a_step_of_a_plan_closes_itself_once_its_evidence_is_there() {
    let demo = Demo::start(&[]);
    let browser = Browser::start(&demo.address, true);
    browser.go(&demo.open);
    browser.go(&format!(
        "/plan/{PROGRAM}?find=plan&level=advanced&by=2027-12-31"
    ));
    browser.click("main form[method=post] button.main");
    browser.wait_for_address("/plans/");
    let plan = browser.here();
    // The first step that a new credential of somebody closes.
    let closed_by = "return [...document.querySelectorAll('tbody tr')].map(r => r.innerText).findIndex(t => t.includes('credentials') && !t.includes('Renew'))";
    let at = browser.script(closed_by).as_i64().expect("a number");
    assert!(at >= 0, "{}", browser.text("main"));
    let says = browser
        .script(&format!(
            "return [...document.querySelectorAll('tbody tr')][{at}].innerText"
        ))
        .as_str()
        .expect("a row")
        .to_owned();
    let value = |name: &str| {
        let from = says
            .find(&format!("{name} = "))
            .unwrap_or_else(|| panic!("{name}: {says}"));
        let rest = &says[from + name.len() + 3..];
        rest.split([',', '\n', '\t'])
            .next()
            .unwrap_or_default()
            .trim()
            .to_owned()
    };
    let (person, credential) = (value("person"), value("credential"));
    browser.click(&format!("input[name=step][value='{}']", at + 1));
    browser.click("button[value=ticked]");
    browser.wait_for_text("main", "0 of 1 accepted step");
    // The certificate arrives.
    browser.go("/evidence/credentials/new");
    browser.fill("[name=person]", &person);
    browser.fill("[name=credential]", &credential);
    let today = browser.script("return new Date().toISOString().slice(0, 10)");
    browser.fill("[name=earned_on]", today.as_str().expect("a day"));
    browser.click("main form.sheet-form button.main");
    browser.wait_for_address("done=added");
    browser.go(&plan);
    browser.wait_for_text("main", "1 of 1 accepted step");
    browser.wait_for_text("tbody", "done");
}

#[test]
fn a_template_is_begun_and_its_days_stand_in_a_calendar_behind_a_link() {
    let demo = Demo::start(&[]);
    let browser = Browser::start(&demo.address, true);
    browser.go(&demo.open);
    browser.go("/plans");
    browser.click("main a[href*='/templates']");
    browser.wait_for_text("main", "25 items");
    browser.click("main a.row");
    browser.wait_for_text(".news", "105 days along the critical path");
    browser.fill("#b-day", "2027-01-04");
    browser.click("main form.timeform button");
    browser.wait_for_text(".news", "4 Jan 2027");
    browser.wait("table.gantt svg");
    // It is begun with an owner for one track.
    browser.click("#b-sales option:nth-child(2)");
    browser.click("button[value=all]");
    browser.wait_for_address("/plans/");
    browser.wait_for_text("main", "0 of 25 accepted steps");
    browser.go("/tasks");
    browser.wait_for_text("main", "Set up the sales team");
    browser.go("/templates/getting-started");
    browser.wait_for_text("main", "25 of 25 steps accepted");

    // A link for a calendar program: shown once, read without an account, ended.
    browser.go("/ahead");
    browser.click("main a[href*='/feeds']");
    browser.wait_for_text("main", "from this computer only");
    browser.fill("#c-note", "Ann's telephone");
    browser.click("main form button.main");
    browser.wait("code.breaks");
    let link = browser.text("code.breaks");
    assert!(link.ends_with(".ics"), "{link}");
    let read = |link: &str| {
        let out = Command::new("curl").args(["-s", link]).output();
        String::from_utf8(out.expect("curl runs").stdout).expect("text")
    };
    let text = read(link.trim());
    assert!(text.starts_with("BEGIN:VCALENDAR"), "{text}");
    let whole = text.replace("\r\n ", "");
    assert!(
        whole.contains("SUMMARY:Due: Set up the sales team"),
        "{whole}"
    );
    browser.go("/feeds");
    assert!(!browser.has("code.breaks"), "it is shown once");
    browser.wait_for_text("tbody", "1 time");
    browser.click("tbody details summary");
    browser.click("tbody details button");
    browser.wait_for_text("tbody", "ended");
    assert!(read(link.trim()).contains("no such calendar"));
}

#[test]
fn an_account_is_erased_by_an_administrator_who_knows_what_that_means() {
    let demo = Demo::start(&[]);
    let link = demo.invite("zoe@harborcloud.example", "reader", "");
    let browser = Browser::start(&demo.address, true);
    browser.join(&link, "Zoe Hart", PASSWORD);
    browser.wait("nav.rail");
    browser.forget();
    browser.go(&demo.open);
    browser.go("/accounts");
    let row = "return [...document.querySelectorAll('tr a')].find(a => a.textContent.includes('zoe@')).getAttribute('href')";
    let address = browser.script(row);
    browser.go(address.as_str().expect("an address"));
    browser.click("main a[href$='/erase']");
    browser.wait_for_text("main", "What stays");
    browser.click("input[name=sure]");
    browser.click("main form button");
    browser.wait_for_text("main", "This account is erased");
    browser.go("/accounts");
    assert!(!browser.text("main").contains("zoe@"));
}

#[test]
fn the_keyboard_alone_is_enough() {
    let demo = Demo::start(&[]);
    let browser = Browser::start(&demo.address, true);
    browser.go(&demo.open);
    let focus = || {
        browser.script("const a = document.activeElement; return a.id || a.className || a.tagName")
    };
    // The first stop leads past the menu.
    browser.press(&["Tab"]);
    assert_eq!(focus(), json!("skip"));
    browser.press(&["Enter"]);
    assert!(browser.here().ends_with("#main"), "{}", browser.here());
    // A key goes to search, g and a letter to a page, j to the first figure and Enter into it.
    browser.press(&["/"]);
    assert_eq!(focus(), json!("find"));
    browser.press(&["l", "a", "u", "n", "c", "h", "Enter"]);
    browser.wait_for_address("/search?q=launch");
    browser.press(&["g", "s"]);
    browser.wait_for_address("/scorecard/");
    browser.press(&["j", "j", "Enter"]);
    browser.wait("#why");
    browser.press(&["?"]);
    browser.wait("dialog[open]");
    browser.press(&["Escape"]);
    // Every stop of the page is seen when it has the focus, and none holds it.
    browser.go(&format!("/scorecard/{PROGRAM}"));
    let stops = browser.script(
        "return [...document.querySelectorAll('a[href],button,input:not([type=hidden]),select,summary')].filter(e => e.getClientRects().length).length",
    );
    let stops = stops.as_u64().expect("a count");
    let mut seen = 0;
    for _ in 0..stops.min(60) {
        browser.press(&["Tab"]);
        let shown = browser.script(
            "const a = document.activeElement, s = getComputedStyle(a); return a !== document.body && (s.outlineStyle !== 'none' || s.boxShadow !== 'none')",
        );
        seen += u64::from(shown == json!(true));
    }
    assert_eq!(seen, stops.min(60), "{stops} stops");
    // The queue is emptied without a mouse.
    browser.go("/queue");
    browser.press(&["j", "y"]);
    browser.wait_for_address("/queue");
}

#[test]
fn several_records_are_changed_at_once_and_taken_back_without_script() {
    let demo = Demo::start(&[]);
    let browser = Browser::start(&demo.address, false);
    browser.go(&demo.open);
    browser.go("/evidence/opportunities?view=table&stage=prospect");
    let table = browser.text("table.records");
    browser.click("table.records tbody tr:nth-child(1) .pick input");
    browser.click("table.records tbody tr:nth-child(2) .pick input");
    browser.click("#b-f option[value=stage]");
    browser.fill("#b-v", "qualified");
    browser.click("fieldset.several button[value=set]");
    browser.wait_for_text("p.news", "2 records");
    browser.click("main form button.main");
    browser.wait_for_address("undo=");
    browser.go(&format!("{}&stage=prospect", browser.here()));
    assert_ne!(browser.text("table.records"), table);
    browser.click("form[action*='/undo'] button");
    browser.wait("p.done");
    browser.go("/evidence/opportunities?view=table&stage=prospect");
    assert_eq!(browser.text("table.records"), table);
    // Columns are chosen, and a view keeps them.
    browser.click("#columns summary");
    browser.click("#columns input[value=customer]");
    browser.click("#columns button");
    browser.wait_for_address("col=");
    let fewer = browser.text("table.records thead");
    assert!(!fewer.contains("Customer"), "{fewer}");
    browser.click("form[action*='/views'] summary, details:has(#v-n) summary");
    browser.fill("#v-n", "Without customers");
    browser.click("form[action*='/views'] button[value=save]");
    browser.wait_for_text("nav.tabs[aria-label='Saved views']", "Without customers");
    browser.go("/evidence/opportunities?view=table");
    browser.wait_for_text("table.records thead", "Customer");
    browser.click("nav.tabs a[href*='col=']");
    browser.wait_for_address("col=");
    assert_eq!(browser.text("table.records thead"), fewer);
}

/// The demo answers 4, 2, 3 and 3: three on the mean, which is not more than three.
#[test]
fn a_weight_that_moves_turns_the_answer_at_once() {
    let demo = Demo::start(&[]);
    let browser = Browser::start(&demo.address, true);
    browser.go(&demo.open);
    browser.go("/worksheets");
    browser.click("main a[href*='host-or-resell']");
    browser.wait_for_text("p.news", "not more than 3");
    assert_eq!(browser.property("#v-legacy", "value"), "4");
    // A step to the right by the keyboard; the page is not left, so that the slider keeps the keys.
    browser.script("window.stays = true; document.querySelector('#v-w-legacy').focus()");
    browser.press(&["\u{e014}"]);
    browser.wait_for_text("p.news", "an own operations center is sound");
    assert_eq!(browser.property("#v-w-legacy", "value"), "1.5");
    assert_eq!(browser.text("#v-w-legacy + output"), "1.5");
    let stays = "return window.stays && document.activeElement.id";
    assert_eq!(browser.script(stays), "v-w-legacy");
    assert!(browser.here().contains("v-w-legacy=1.5"));
    // What was tried is said to be so, and the way back is a link.
    assert!(
        browser
            .text("[data-answer='of-w-legacy']")
            .contains("tried")
    );
    browser.click("form[data-now] a.btn");
    browser.wait_for_text("p.news", "not more than 3");
}

#[test]
fn a_weight_turns_the_answer_without_script_by_a_button() {
    let demo = Demo::start(&[]);
    let browser = Browser::start(&demo.address, false);
    browser.go(&demo.open);
    browser.go("/worksheets/host-or-resell");
    browser.wait_for_text("p.news", "not more than 3");
    browser.script("document.querySelector('#v-w-legacy').focus()");
    browser.press(&["\u{e014}"]);
    assert_eq!(browser.property("#v-w-legacy", "value"), "1.5");
    browser.click("form[data-now] button.main");
    browser.wait_for_text("p.news", "an own operations center is sound");
    assert_eq!(browser.property("#v-w-legacy", "value"), "1.5");
    // The old address of the business case leads on, with all that was asked.
    browser.go("/case?v-churn=12");
    assert!(
        browser
            .here()
            .starts_with("/worksheets/business-case?v-churn=12")
    );
    assert_eq!(browser.property("#v-churn", "value"), "12");
}

/// Somebody writes into the quarter's report, and takes it along.
#[test]
fn words_are_written_into_a_report_that_is_taken_as_a_file() {
    let demo = Demo::start(&[]);
    let browser = Browser::start(&demo.address, true);
    browser.go(&demo.open);
    browser.go("/reports");
    browser.click("main a[href*='/reports/quarterly-review']:not([download])");
    browser.wait_for_text("h1", "Quarterly business review");
    assert!(browser.text("main").contains("Monthly recurring revenue"));
    browser.fill("#w-agreed", "Ada asks Acme by Friday.");
    browser.click("button[form=words]");
    browser.wait("p.done");
    assert_eq!(
        browser.property("#w-agreed", "value"),
        "Ada asks Acme by Friday."
    );
    // What is written is evidence, with its history.
    browser.go("/evidence/narratives");
    assert!(browser.text("main").contains("Ada asks Acme by Friday."));
    // The files of the report, and the model's workbook with what is tried.
    let magic = |path: &str| {
        let script = format!(
            "const done = arguments[0]; fetch('{path}').then(r => r.arrayBuffer()).then(b => done( \
             String.fromCharCode(...new Uint8Array(b).slice(0, 4)) + ' ' + (b.byteLength > 9000)))"
        );
        browser.later(&script)
    };
    assert_eq!(magic("/reports/quarterly-review/pdf"), json!("%PDF true"));
    assert_eq!(
        magic("/reports/board-case/workbook"),
        json!("PK\u{3}\u{4} true")
    );
    let book = "/worksheets/business-case/workbook?v-churn=12";
    assert_eq!(magic(book), json!("PK\u{3}\u{4} true"));
}

#[test]
fn a_decision_of_the_queue_is_refused_with_a_reason_by_keyboard() {
    let demo = Demo::start(&[]);
    let browser = Browser::start(&demo.address, true);
    browser.go(&demo.open);
    browser.go("/queue");
    let count = || {
        browser
            .script("return document.querySelectorAll('button[data-key=n]').length")
            .as_u64()
            .expect("a count")
    };
    let before = count();
    assert!(before > 0, "{}", browser.text("main"));
    let on_one = || {
        browser.script(
            "return !!document.activeElement.closest('li')?.querySelector('button[data-key=n]')",
        ) == json!(true)
    };
    for _ in 0..40 {
        browser.press(&["j"]);
        if on_one() {
            break;
        }
    }
    assert!(on_one());
    browser.press(&["r"]);
    browser.press(&["l", "a", "t", "e"]);
    // A reason alone decides nothing.
    browser.press(&["Enter"]);
    assert_eq!(count(), before);
    browser.press(&["Escape"]);
    browser.press(&["n"]);
    browser.wait_for_address("/queue");
    let main = browser.text("main");
    assert!(!main.contains("nothing says why"), "{main}");
}

#[test]
fn a_contributor_sees_and_changes_what_is_their_own() {
    let demo = Demo::start(&[]);
    let browser = Browser::start(&demo.address, true);
    let link = demo.invite("kwame@harborcloud.example", "contributor", "kwame.asante");
    browser.join(&link, "Kwame Asante", PASSWORD);
    browser.wait("nav.rail");
    assert_eq!(browser.here(), "/mine");
    let rail = browser.text("nav.rail");
    assert!(
        !rail.contains("Scorecard") && !rail.contains("Import") && !rail.contains("Members"),
        "{rail}"
    );
    let text = browser.text("main");
    assert!(
        text.contains("cloud-practitioner") && !text.contains("Quispe"),
        "{text}"
    );
    // A certificate is added, and stands.
    browser.click("#k-credentials ~ p a, a[href*='/evidence/credentials/new']");
    assert_eq!(
        browser.property("input[name=person], select[name=person]", "value"),
        "kwame.asante"
    );
    browser.fill(
        "input[name=credential]",
        "AWS Certified Security - Specialty",
    );
    browser.fill("input[name=earned_on]", "2026-10-01");
    browser.click("main form .buttons button.main");
    assert!(
        browser.here().starts_with("/mine"),
        "{}",
        browser.text("main")
    );
    browser.wait_for_text("main", "security");
    // Somebody else's cannot be added, and nothing else can be opened.
    browser.go("/evidence/credentials/new");
    browser.fill("input[name=person]", "mateo.quispe");
    browser.fill(
        "input[name=credential]",
        "AWS Certified Security - Specialty",
    );
    browser.fill("input[name=earned_on]", "2026-10-01");
    browser.click("main form .buttons button.main");
    browser.wait_for_text("body", "not");
    for path in [
        "/evidence",
        "/evidence/people",
        "/evidence/opportunities",
        "/import",
        "/settings",
        "/members",
        "/accounts",
        "/timeline/aws-services-path",
        "/search?q=Quispe",
        "/programs/aws-services-path/2022-02",
    ] {
        browser.go(path);
        let status =
            browser.script("return performance.getEntriesByType('navigation')[0].responseStatus");
        let text = browser.text("body");
        let closed = status == json!(403) || status == json!(404);
        assert!(
            closed && !text.contains("Mateo") && !text.contains("Oakham"),
            "{path}: {status}: {text}"
        );
    }
}

const CLUB: &str = include_str!("../../../app/tests/data/club.toml");

/// The link in the newest mail to an address, as the outbox shows it.
fn mailed(browser: &Browser, to: &str) -> String {
    browser.go("/outbox");
    let opened = browser.script(&format!(
        "const row = [...document.querySelectorAll('tr')].find(r => r.textContent.includes('{to}')); row.querySelector('button').click(); return true"
    ));
    assert_eq!(opened, json!(true));
    browser.wait("pre");
    let text = browser.text("pre");
    let from = text.find("http://").unwrap_or_else(|| panic!("{text}"));
    text[from..]
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn a_customer_rates_the_partner_and_the_response_counts_after_both_checks() {
    let folder = tempfile::tempdir().expect("a folder");
    let programs = folder.path().join("own/programs/club");
    fs::create_dir_all(&programs).expect("a folder");
    fs::write(programs.join("1.toml"), CLUB).expect("a file");
    let demo = Demo::start_in(folder, &["--programs", "own"]);
    let lead = Browser::start(&demo.address, true);
    lead.go(&demo.open);
    lead.go("/scorecard/club");
    assert_eq!(have(&lead, "responses", "enter"), 0);
    lead.go("/ratings");
    lead.fill("#who", "Quarry Lane Bakery; Rosa Lind; rosa@quarry.example");
    lead.click("form.stacked button.main");
    lead.wait_for_text("main", "Rosa Lind");
    let link = mailed(&lead, "rosa@quarry.example");

    // The customer has no account, and loads nothing but the stylesheet.
    let customer = Browser::start(&demo.address, false);
    customer.go(&link);
    assert!(
        !customer.has("input[name=shared]:checked"),
        "consent is off"
    );
    assert!(!customer.has("script"));
    customer.click("input[name=score][value='5'], fieldset.scores input:last-of-type");
    customer.fill("#comment", "They answered at night.");
    customer.click("main form button.main");
    customer.wait_for_text("h1", "One more step");
    lead.go("/scorecard/club");
    assert_eq!(
        have(&lead, "responses", "enter"),
        0,
        "the address is not confirmed"
    );
    let confirm = mailed(&lead, "rosa@quarry.example");
    customer.go(&confirm);
    customer.click("form[action='/rate/confirm'] button");
    customer.wait_for_text("h1", "Thank you");
    lead.go("/scorecard/club");
    assert_eq!(
        have(&lead, "responses", "enter"),
        0,
        "nobody has said that it is a customer"
    );
    lead.go("/ratings");
    lead.click("button[value=accept]");
    lead.wait_for_text("tbody", "counts");
    lead.go("/scorecard/club");
    assert_eq!(
        have(&lead, "responses", "enter"),
        1,
        "{}",
        lead.text("main")
    );
}

#[test]
fn an_empty_server_begins_with_its_first_administrator() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_server, link, address) = driver::empty_server(folder.path());
    let browser = Browser::start(&address, true);
    browser.go(&link);
    browser.fill("#email", "first@example.com");
    browser.fill("#name", "First One");
    browser.fill("input[name=password]", PASSWORD);
    browser.click("main button.main");
    // Nobody is there yet: the company, what it follows, then evidence.
    browser.wait_for_address("/welcome");
    browser.fill("#w-name", "Ärzte & Söhne GmbH");
    browser.click("main button.main");
    browser.wait_for_address("/settings");
    assert!(browser.has(".way [aria-current=step]"));
    browser.fill("#s-currency", "eur");
    browser.fill("#s-zone", "Europe/Berlin");
    browser.script("document.querySelector('#s-lang').value = 'de'");
    browser.fill("#s-since-aws-services-path", "2026-03-01");
    browser.script("document.querySelector('#s-level-aws-services-path').value = 'select'");
    browser.fill("#s-next-aws-services-path", "2027-03-01");
    browser.fill("#s-holidays", "2026-12-25 Weihnachten");
    browser.click("main .buttons button.main");
    browser.wait_for_address("/import");
    assert!(browser.has("form[data-upload]"), "{}", browser.text("main"));
    browser.go("/");
    browser.wait_for_text("main", "Select");
}
