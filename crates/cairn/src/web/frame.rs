//! What stands around every page: the rail, the day and the knowledge that it is asked for, who is signed in.

use std::fmt::Write as _;
use std::sync::Arc;

use app::domain::calendar::Day;
use app::domain::library::Library;
use app::domain::translation::spoken;

use super::locale::Lang;
use super::texts::Texts;
use super::view::{Link, When};

/// What every link keeps: the day, the knowledge and the partner that the reader has chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// The day asked about, where it is not today.
    pub day: Option<Day>,
    /// Only what was known on this day, where the reader says so.
    pub known_at: Option<Day>,
    /// The partner, where there are several.
    pub partner: Option<String>,
}

impl Links {
    /// What is kept, as names and values of a query.
    pub fn kept(&self) -> Vec<(&'static str, String)> {
        let day = self.day.map(|d| ("day", d.to_string()));
        let known = self.known_at.map(|d| ("known_at", d.to_string()));
        let partner = self.partner.clone().map(|p| ("partner", p));
        day.into_iter().chain(known).chain(partner).collect()
    }

    /// A path of the product with what is kept.
    pub fn to(&self, path: &str) -> String {
        self.with(path, &[])
    }

    /// A path with further names and values, and what is kept. Empty values are left out.
    pub fn with(&self, path: &str, more: &[(&str, &str)]) -> String {
        let (path, fragment) = match path.split_once('#') {
            Some((path, fragment)) => (path, Some(fragment)),
            None => (path, None),
        };
        let mut text = path.to_owned();
        let begun = path.contains('?');
        let kept = self.kept();
        let kept = kept
            .iter()
            .filter(|(name, _)| more.iter().all(|(other, _)| other != name))
            .map(|(name, value)| (*name, value.as_str()));
        let all = more
            .iter()
            .copied()
            .filter(|(_, value)| !value.is_empty())
            .chain(kept);
        for (at, (name, value)) in all.enumerate() {
            text.push(if at == 0 && !begun { '?' } else { '&' });
            text.push_str(name);
            text.push('=');
            encode(value, &mut text);
        }
        if let Some(fragment) = fragment {
            text.push('#');
            text.push_str(fragment);
        }
        text
    }
}

/// Percent-encodes a value of a query or a segment of a path.
pub fn encode(text: &str, into: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                into.push(char::from(byte))
            }
            other => {
                let _ = write!(into, "%{other:02X}");
            }
        }
    }
}

/// A segment of a path.
pub fn segment(text: &str) -> String {
    let mut out = String::new();
    encode(text, &mut out);
    out
}

/// The place of a page in the rail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Here {
    /// Every ladder at a glance.
    Home,
    /// One program.
    Scorecard,
    /// What happened to its levels.
    Timeline,
    /// The measures of a library.
    Kpis,
    /// People and credentials.
    People,
    /// Opportunities.
    Opportunities,
    /// All kinds of evidence.
    Evidence,
    /// Bringing evidence in.
    Import,
    /// Models, checklists and worksheets.
    Assessments,
    /// Editions beside their published tables.
    Programs,
    /// What words mean.
    Glossary,
    /// Versions and licences.
    About,
    /// What falls if nothing new happens.
    Ahead,
    /// The cheapest way up.
    Plan,
    /// What it is worth.
    Case,
    /// Models of what something is worth.
    Worksheets,
    /// Answers in one piece.
    Reports,
    /// What changed since the last visit.
    Changes,
    /// What is to be done.
    Tasks,
    /// Several companies in one view.
    Companies,
    /// What waits for a partner manager.
    Queue,
    /// What customers say.
    Ratings,
    /// What the reader was told.
    Notices,
    /// What is set of the partner.
    Settings,
    /// Who has a role at the partner.
    Members,
    /// Everybody's accounts.
    Accounts,
    /// Who did what.
    Audit,
    /// Who is told when a standing changes.
    Hooks,
    /// What is the reader's own.
    Mine,
    /// None of them.
    Elsewhere,
}

/// How the page is lit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the reader's system is.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// Its name in a cookie or a form.
    pub fn name(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// The theme of a name; the system's for any other.
    pub fn named(name: &str) -> Theme {
        match name {
            "light" => Theme::Light,
            "dark" => Theme::Dark,
            _ => Theme::System,
        }
    }
}

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// What they are called.
    pub name: String,
    /// What they may do, in a word.
    pub role: String,
}

/// A group of the rail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its heading.
    pub title: &'static str,
    /// Its pages.
    pub links: Vec<RailLink>,
}

/// A page in the rail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RailLink {
    /// Where to, and what it says.
    pub link: Link,
    /// How much is there, where that is known.
    pub count: Option<String>,
}

/// What stands around a page.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The language.
    pub lang: Lang,
    /// Its texts.
    pub t: &'static Texts,
    /// What names of evidence read in it, where it is not the one that the files are written in.
    pub told: Option<Arc<Library>>,
    /// How it is lit.
    pub theme: Theme,
    /// What links keep.
    pub links: Links,
    /// Today.
    pub today: Day,
    /// The day asked about.
    pub as_of: Day,
    /// The path of the page, without its query.
    pub path: String,
    /// Further names and values that the as-of form keeps.
    pub keep: Vec<(String, String)>,
    /// What the partner is called; empty where none is chosen.
    pub partner_name: String,
    /// The partners that may be chosen, id and name; empty where there is one.
    pub partners: Vec<(String, String)>,
    /// Who is signed in.
    pub user: Option<User>,
    /// May they see how the partner stands, and its evidence? Whoever may not sees only what is their own.
    pub reads: bool,
    /// May they add and correct records?
    pub may_edit: bool,
    /// May they answer questions?
    pub may_answer: bool,
    /// May they import?
    pub may_import: bool,
    /// What was just done; empty where nothing was.
    pub done: &'static str,
    /// May the reader write editions of programs?
    pub writes: bool,
    /// Does the reader look after partners?
    pub decides: bool,
    /// May the reader say who has a role at a partner?
    pub manages_members: bool,
    /// May the reader set what a partner is?
    pub manages_partner: bool,
    /// May the reader hand out links?
    pub shares: bool,
    /// May the reader look after everybody's accounts?
    pub manages_accounts: bool,
    /// How much there is of each page's matter.
    pub counts: Vec<(Here, usize)>,
    /// The place in the rail.
    pub here: Here,
    /// What the page is called.
    pub title: String,
}

impl Frame {
    /// A frame for a day, in a language, with nothing chosen.
    pub fn new(lang: Lang, today: Day, path: impl Into<String>) -> Frame {
        Frame {
            lang,
            t: lang.texts(),
            told: None,
            theme: Theme::default(),
            links: Links::default(),
            today,
            as_of: today,
            path: path.into(),
            keep: vec![],
            partner_name: String::new(),
            partners: vec![],
            user: None,
            reads: true,
            may_edit: false,
            may_answer: false,
            may_import: false,
            done: "",
            writes: false,
            decides: false,
            manages_members: false,
            manages_partner: false,
            shares: false,
            manages_accounts: false,
            counts: vec![],
            here: Here::Elsewhere,
            title: String::new(),
        }
    }

    /// The same frame, for a page with a title at a place of the rail.
    pub fn at(mut self, here: Here, title: impl Into<String>) -> Frame {
        self.here = here;
        self.title = title.into();
        self
    }

    /// A name of the vocabulary as people read it: `case-studies` as `Case studies`.
    pub fn named(&self, name: &str) -> String {
        self.reads(name).unwrap_or_else(|| spoken(name))
    }

    /// A name of the vocabulary within a sentence: `case-studies` as `case studies`.
    pub fn within(&self, name: &str) -> String {
        let spoken = || name.replace(['-', '_'], " ");
        self.reads(name).unwrap_or_else(spoken)
    }

    fn reads(&self, name: &str) -> Option<String> {
        let library = self.told.as_ref()?;
        let reads = library.reads(self.lang.tag(), None, &spoken(name));
        reads.map(str::to_owned)
    }

    /// `rtl` where the language is written from right to left.
    pub fn dir(&self) -> &'static str {
        match self.lang {
            Lang::En | Lang::De => "ltr",
        }
    }

    /// The language of sentences that only exist in the first one, where the page is in another.
    pub fn first_language(&self) -> &'static str {
        Lang::default().tag()
    }

    /// A day with its machine form.
    pub fn when(&self, day: Day) -> When {
        When {
            iso: day.to_string(),
            text: self.lang.day(day),
        }
    }

    /// A path with what is kept.
    pub fn to(&self, path: &str) -> String {
        self.links.to(path)
    }

    /// The address of a file of the product, which may be kept for ever.
    pub fn asset(&self, name: &str) -> String {
        super::assets::address(name)
    }

    /// The as-of control in a few words: `As of 14 Nov 2023, known 1 Nov 2023`.
    pub fn as_of_words(&self) -> String {
        let day = super::texts::fill(self.t.as_of, &[("day", &self.lang.day(self.as_of))]);
        match self.links.known_at {
            Some(known) => format!(
                "{day}, {}",
                super::texts::fill(self.t.as_known_on_short, &[("day", &self.lang.day(known))])
            ),
            None => day,
        }
    }

    /// The day asked about, as a date field takes it.
    pub fn as_of_iso(&self) -> String {
        self.as_of.to_string()
    }

    /// The day of knowledge, as a date field takes it.
    pub fn known_iso(&self) -> String {
        self.links
            .known_at
            .map(|d| d.to_string())
            .unwrap_or_default()
    }

    /// Is another day asked about than today, or with less knowledge?
    pub fn is_elsewhen(&self) -> bool {
        self.as_of != self.today || self.links.known_at.is_some()
    }

    /// This page, today and with all that is known.
    pub fn today_link(&self) -> String {
        let links = Links {
            partner: self.links.partner.clone(),
            ..Links::default()
        };
        let keep: Vec<(&str, &str)> = self
            .keep
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        links.with(&self.path, &keep)
    }

    /// Is this the partner that is chosen?
    pub fn is_partner(&self, id: &str) -> bool {
        self.links.partner.as_deref() == Some(id)
    }

    /// The rail.
    pub fn rail(&self) -> Vec<Group> {
        let t = self.t;
        let groups: [(&'static str, &[(Here, &str, &str)]); 7] = [
            (
                t.rail_stand,
                &[
                    (Here::Mine, "/mine", t.mine),
                    (Here::Home, "/", t.home),
                    (Here::Scorecard, "/scorecard", t.scorecard),
                    (Here::Timeline, "/timeline", t.timeline),
                    (Here::Kpis, "/kpis", t.key_figures),
                    (Here::Companies, "/companies", t.companies),
                ],
            ),
            (
                t.rail_next,
                &[
                    (Here::Ahead, "/ahead", t.ahead),
                    (Here::Plan, "/plan", t.plan),
                    (Here::Case, "/case", t.business_case),
                    (Here::Worksheets, "/worksheets", t.worksheets),
                    (Here::Reports, "/reports", t.reports),
                ],
            ),
            (
                t.rail_evidence,
                &[
                    (Here::People, "/evidence/people", t.people),
                    (
                        Here::Opportunities,
                        "/evidence/opportunities",
                        t.opportunities,
                    ),
                    (Here::Evidence, "/evidence", t.all_evidence),
                    (Here::Import, "/import", t.import),
                ],
            ),
            (
                t.rail_rules,
                &[
                    (Here::Assessments, "/assessments", t.assessments),
                    (Here::Programs, "/programs", t.programs),
                ],
            ),
            (
                t.rail_work,
                &[
                    (Here::Changes, "/changes", t.changes),
                    (Here::Tasks, "/tasks", t.tasks),
                    (Here::Ratings, "/ratings", t.ratings),
                    (Here::Queue, "/queue", t.queue),
                    (Here::Notices, "/notices", t.notices),
                ],
            ),
            (
                t.rail_manage,
                &[
                    (Here::Settings, "/settings", t.settings),
                    (Here::Members, "/members", t.members),
                    (Here::Accounts, "/accounts", t.accounts),
                    (Here::Audit, "/audit", t.audit),
                    (Here::Hooks, "/hooks", t.hooks),
                ],
            ),
            (
                t.rail_help,
                &[
                    (Here::Glossary, "/glossary", t.glossary),
                    (Here::About, "/about", t.about),
                ],
            ),
        ];
        groups
            .into_iter()
            .map(|(title, links)| Group {
                title,
                links: links
                    .iter()
                    .filter(|(here, ..)| self.shows(*here))
                    .map(|(here, path, text)| RailLink {
                        link: Link {
                            href: self.to(path),
                            text: (*text).to_owned(),
                            current: *here == self.here,
                        },
                        count: self
                            .counts
                            .iter()
                            .find(|(of, _)| of == here)
                            .map(|(_, count)| self.lang.size(*count)),
                    })
                    .collect(),
            })
            .filter(|group: &Group| !group.links.is_empty())
            .collect()
    }

    /// Does the rail lead there? It shows no page that would turn the reader away.
    fn shows(&self, here: Here) -> bool {
        let for_all = [Here::Mine, Here::Tasks, Here::Glossary, Here::About];
        match here {
            Here::Mine => !self.reads,
            _ if !self.reads && !for_all.contains(&here) => false,
            Here::Queue => self.decides,
            Here::Companies => self.links.partner.is_some(),
            Here::Settings => self.manages_partner,
            Here::Members => self.manages_members,
            Here::Accounts => self.manages_accounts,
            Here::Audit | Here::Hooks => self.manages_partner && !self.partner_name.is_empty(),
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_keep_what_was_chosen_and_encode_it() {
        let links = Links {
            day: Day::parse("2024-06-28"),
            known_at: None,
            partner: Some("a&b c".to_owned()),
        };
        assert_eq!(links.to("/"), "/?day=2024-06-28&partner=a%26b%20c");
        assert_eq!(
            links.with("/scorecard/x#why", &[("row", "launched"), ("question", "")]),
            "/scorecard/x?row=launched&day=2024-06-28&partner=a%26b%20c#why"
        );
        assert_eq!(
            links.with("/", &[("day", "2024-01-01")]),
            "/?day=2024-01-01&partner=a%26b%20c"
        );
        assert_eq!(Links::default().to("/about"), "/about");
    }
}
