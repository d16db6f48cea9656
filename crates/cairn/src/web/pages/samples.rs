//! Samples from which every template is rendered: the demo partner on several days, a partner of whom nothing is known, and one
//! whose names are hostile.

use std::sync::OnceLock;

use app::domain::calendar::Day;
use app::evidence::Opened;
use app::exchange::Options;
use app::programs::Loaded;
use app::question::{Desk, Question};

use super::super::frame::{Frame, Links, User};
use super::super::locale::Lang;

/// A day in a word.
pub(crate) fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

/// The shipped programs.
pub(crate) fn programs() -> &'static Loaded {
    static LOADED: OnceLock<Loaded> = OnceLock::new();
    LOADED.get_or_init(|| app::programs::load(&[]).expect("the shipped programs"))
}

/// The evidence of the demo partner.
pub(crate) fn demo() -> &'static Opened {
    static DEMO: OnceLock<Opened> = OnceLock::new();
    DEMO.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("demo");
        app::demo::write(&path, day("2026-11-25"), false).expect("the demo");
        let options = Options::default();
        app::evidence::open(&path, programs().library(), &options, &mut |_| {}).expect("evidence")
    })
}

/// Evidence of tables that are written here: a file's name and its text.
pub(crate) fn evidence(files: &[(&str, &str)]) -> Opened {
    let files = files
        .iter()
        .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()))
        .collect();
    app::evidence::open_files(files, programs().library(), &Options::default()).expect("evidence")
}

/// A desk over evidence on a day, about a program where one is named.
pub(crate) fn desk(opened: &Opened, on: &str, program: Option<&str>) -> Desk {
    let question = Question {
        program: program.map(str::to_owned),
        ..Question::on(day(on))
    };
    Desk::new(programs(), opened, question)
}

/// A frame of a page on a day.
pub(crate) fn frame(lang: Lang, on: &str, path: &str) -> Frame {
    let mut frame = Frame::new(lang, day("2026-11-25"), path);
    frame.told = (lang != Lang::En).then(|| programs().library().clone());
    frame.as_of = day(on);
    frame.links = Links {
        day: (on != "2026-11-25").then(|| day(on)),
        ..Links::default()
    };
    frame.partner_name = "Harbor Cloud Services".to_owned();
    (frame.may_edit, frame.may_answer, frame.may_import) = (true, true, true);
    frame.user = Some(User {
        name: "Amara Okafor".to_owned(),
        role: "lead".to_owned(),
    });
    frame
}

/// A partner whose names try to become markup, and are long.
pub(crate) fn hostile() -> &'static Opened {
    static HOSTILE: OnceLock<Opened> = OnceLock::new();
    HOSTILE.get_or_init(|| {
        let long = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverleihungsurkunde";
        let people = format!(
            "partner,person,name,registered_on,team\nx<y,p1,\"<script>alert(1)</script>\",2020-01-01,sales\nx<y,p2,{long},2020-01-01,delivery\n"
        );
        let opportunities = format!(
            "partner,opportunity,customer,title,stage,estimated_mrr,currency,target_close_on\nx<y,\"O\"\"<b>\",\"<img src=x onerror=alert(1)>\",{long},committed,1000.5,EUR,2026-12-01\n"
        );
        evidence(&[
            ("partners.csv", "partner,name\nx<y,\"<i>Ex & Co</i>\"\n"),
            ("people.csv", &people),
            ("opportunities.csv", &opportunities),
            ("credentials.csv", "partner,person,credential,earned_on\nx<y,p1,\"<u>unknown</u>\",2026-01-01\nx<y,\"no'body\",AWS Certified Cloud Practitioner,2026-01-01\n"),
        ])
    })
}

/// A partner of whom nothing is known.
pub(crate) fn nothing() -> Opened {
    evidence(&[("partners.csv", "partner,name\nnew,New Partner\n")])
}

/// Our own English that stands in a page of another language, outside of what is marked as English: names and quotations of
/// programs, and what somebody has to mend.
pub(crate) fn english_in(html: &str) -> Vec<String> {
    static TEXTS: OnceLock<Vec<(&str, String)>> = OnceLock::new();
    let shown = without_english(html);
    let texts = TEXTS.get_or_init(telling_english).iter();
    let found = texts.filter(|(_, text)| shown.contains(text.as_str()));
    found.map(|(key, text)| format!("{key}: {text}")).collect()
}

/// Words that only English has.
const ENGLISH: &[&str] = &[
    "and", "are", "by", "each", "from", "has", "have", "is", "not", "of", "the", "what", "which",
    "with", "would",
];

fn words_of(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    words
        .filter(|w| !w.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// What programs, vocabularies and the demo say themselves, word by word.
fn said_by_others() -> &'static str {
    static SAID: OnceLock<String> = OnceLock::new();
    SAID.get_or_init(|| {
        let files = programs().files.iter().map(|(_, text)| text.as_str());
        let demo = include_str!("../../../../app/src/demo.rs");
        let club = include_str!("../../../../app/tests/data/club.toml");
        let all = files.chain([demo, club]).flat_map(words_of);
        format!(" {} ", all.collect::<Vec<_>>().join(" "))
    })
}

/// Texts of a page that have English words, are not marked as English, and are of no program, kind of evidence or record: what is
/// said without asking the catalog. A text that an attribute holds is one too.
pub(crate) fn english_words_in(html: &str) -> Vec<String> {
    let shown = without_english(html);
    let inside = shown.split('>').filter_map(|part| part.split('<').next());
    let attributes = ["aria-label=\"", "title=\"", "placeholder=\"", "alt=\""];
    let held = attributes.iter().flat_map(|name| {
        let parts = shown.split(name).skip(1);
        parts.filter_map(|part| part.split('"').next())
    });
    let mut found: Vec<String> = inside
        .chain(held)
        .filter(|text| !text.trim().is_empty() && is_english_of_ours(text))
        .map(|text| text.trim().to_owned())
        .collect();
    found.sort();
    found.dedup();
    found
}

/// So many words in a row are a quotation where others say them.
const QUOTED: usize = 3;

/// Has it an English word outside of what it quotes of others?
fn is_english_of_ours(text: &str) -> bool {
    let mut plain = text.to_owned();
    for (entity, sign) in [
        ("&#38;", "&"),
        ("&#39;", "'"),
        ("&#34;", "\""),
        ("&#60;", "<"),
        ("&#62;", ">"),
    ] {
        plain = plain.replace(entity, sign);
    }
    let words = words_of(&plain);
    if words.len() == 1 {
        return false;
    }
    let others = said_by_others();
    let mut at = 0;
    while at < words.len() {
        let says = |end: usize| others.contains(&format!(" {} ", words[at..end].join(" ")));
        let mut end = at;
        while end < words.len() && says(end + 1) {
            end += 1;
        }
        if end - at >= QUOTED {
            at = end;
        } else if ENGLISH.contains(&&*words[at]) {
            return true;
        } else {
            at += 1;
        }
    }
    false
}

/// The texts of the catalog that are English and nothing else, with their keys, as HTML holds them: of patterns the pieces
/// between blanks that have some words, and short texts where they are all that an element says.
fn telling_english() -> Vec<(&'static str, String)> {
    let escaped = |text: &str| super::super::view::Escaped(text).to_string();
    let mut found = vec![];
    for (key, en, de) in app::texts::ALL.iter().filter(|(_, en, de)| en != de) {
        for form in en.split('|') {
            let pieces = form.split('{').map(|piece| match piece.split_once('}') {
                Some((_, rest)) => rest,
                None => piece,
            });
            for piece in pieces.map(|p| p.trim_matches([' ', '.', ',', ';', ':'])) {
                let telling = piece.split_whitespace().count() >= 3 && piece.len() >= 14;
                let german = || app::texts::ALL.iter().any(|(_, _, de)| de.contains(piece));
                if telling && !german() {
                    found.push((*key, escaped(piece)));
                }
            }
            if !form.contains('{') && form.contains(' ') && !de.contains(form) {
                found.push((*key, format!(">{}<", escaped(form))));
            }
        }
    }
    found
}

/// A page without its elements that say that they are in English.
fn without_english(html: &str) -> String {
    let mut kept = String::new();
    let mut rest = html;
    while let Some(at) = rest.find(" lang=\"en\"") {
        let start = rest[..at].rfind('<').expect("a tag");
        kept.push_str(&rest[..start]);
        let name: String = rest[start + 1..]
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        let (open, close) = (format!("<{name}"), format!("</{name}>"));
        let mut depth = 0_usize;
        let mut at = start;
        loop {
            let next_close = rest[at..].find(&close).map(|n| at + n).expect("its end");
            match rest[at..].find(&open).map(|n| at + n) {
                Some(next) if next < next_close => {
                    let whole = rest[next + open.len()..].starts_with([' ', '>']);
                    depth += usize::from(whole);
                    at = next + open.len();
                }
                _ => {
                    depth -= 1;
                    at = next_close + close.len();
                }
            }
            if depth == 0 {
                break;
            }
        }
        rest = &rest[at..];
    }
    kept.push_str(rest);
    kept
}
