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
