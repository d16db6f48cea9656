//! Rules at random: an edition that nobody would publish, over evidence at random, answered by the engine and by the
//! slow reading. Where shipped programs use a few forms of the language, these use all of them, nested in each other.
//! `CAIRN_SEEDS=5000` runs longer, `CAIRN_FIRST=300 CAIRN_SEEDS=1` runs the one numbered 300.

mod common;
#[path = "common/random.rs"]
mod random;

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use cairn_domain::calendar::Day;
use cairn_domain::compile::compile;
use cairn_domain::diagnostic::Severity;
use cairn_domain::engine::{Engine, Programs};
use cairn_domain::ledger::Ledger;
use cairn_domain::library::{Assumptions, Library};
use cairn_domain::number::Exact;
use cairn_domain::program::{Ask, Edition};
use cairn_domain::reference::Reference;
use random::{FIRST, Random, evidence, sheets};

/// A kind, with what rules can say of it: its numbers, its money, its dates, what can be told apart, and its filters.
struct Kind {
    name: &'static str,
    numbers: &'static [&'static str],
    money: &'static [&'static str],
    values: &'static [&'static str],
    filters: &'static [&'static str],
}

const KINDS: &[Kind] = &[
    Kind {
        name: "projects",
        numbers: &[],
        money: &[],
        values: &["customer", "industry", "project"],
        filters: &[
            "strategic = yes",
            "industry = cross-industry",
            "industry != cross-industry",
            "started_on in trailing 6 months",
            "started_on < 2023-01-01",
            "started_on not in this year",
        ],
    },
    Kind {
        name: "csat",
        numbers: &["score"],
        money: &[],
        values: &["customer", "respondent"],
        filters: &[
            "score >= 3",
            "shared = no",
            "route = own-survey",
            "submitted_on <= day - 30 days",
            "score * 2 > 5 + 1",
            "score >= bar",
        ],
    },
    Kind {
        name: "usage",
        numbers: &["active_users", "seats"],
        money: &[],
        values: &["customer", "product"],
        filters: &[
            "seats <= 20",
            "active_users > seats",
            "active_users - seats >= 0",
            "customer in clients",
        ],
    },
    Kind {
        name: "credentials",
        numbers: &[],
        money: &[],
        values: &["person", "credential", "class", "track", "level"],
        filters: &[
            "class = certification",
            "level >= professional",
            "level < specialty",
            "credential in wanted",
            "credential not in wanted",
            "expires_on > day",
            "expires_on != day",
            "track = technical",
            "person in staff",
        ],
    },
    Kind {
        name: "opportunities",
        numbers: &["0 + worth(estimated_mrr)"],
        money: &["estimated_mrr"],
        values: &["customer", "stage"],
        filters: &[
            "stage = launched",
            "stage >= committed",
            "stage < qualified",
            "origin != vendor",
            "estimated_mrr >= 1_000 USD",
            "target_close_on in last 2 whole quarters",
            "program = test",
            "program != test",
        ],
    },
    Kind {
        name: "revenue",
        numbers: &["1 * worth(amount - cost)"],
        money: &["amount", "cost", "amount - cost", "2 * amount"],
        values: &["customer", "line"],
        filters: &[
            "line = resale",
            "recurring = yes",
            "amount > cost",
            "line = products or line = solutions",
            "amount / cost >= 2",
        ],
    },
    Kind {
        name: "references",
        numbers: &[],
        money: &[],
        values: &["customer"],
        filters: &["route = tool", "submitted_on in trailing 1 year"],
    },
    Kind {
        name: "consumption",
        numbers: &["units", "units * rate(workload)", "units + 1"],
        money: &["amount"],
        values: &["customer", "workload"],
        filters: &["workload = accounting", "rate(workload) >= 2", "units >= 5"],
    },
    Kind {
        name: "enrollments",
        numbers: &[],
        money: &[],
        values: &["program", "level"],
        filters: &[
            "level >= mid",
            "fee_paid_until > day",
            "program = test and level >= low",
        ],
    },
    Kind {
        name: "case-studies",
        numbers: &[],
        money: &[],
        values: &["customer", "study"],
        filters: &["unused", "public = yes", "not unused"],
    },
    Kind {
        name: "people",
        numbers: &[],
        money: &[],
        values: &["person", "team"],
        filters: &[
            "team = sales",
            "left_on in trailing 1 year",
            "not (team = sales)",
        ],
    },
];

const WINDOWS: &[&str] = &[
    "period",
    "trailing 12 months",
    "trailing 1 month",
    "trailing 45 days",
    "trailing 2 weeks",
    "since last-review",
    "since enrolled",
    "from 2022-06-30",
    "this month and 2 before",
    "this fiscal year",
    "this week",
    "last 1 whole month",
    "last 2 whole fiscal quarters",
    "last 1 whole year",
];

const REVIEWS: &[&str] = &[
    "on = [\"01-31\", \"07-31\"]",
    "every = \"6 months\"",
    "every = \"45 days\"",
    "every = \"1 year\", after = \"fee_paid_until\"",
    "every = \"not published\"",
];

/// Writes rules.
struct Writer<'r> {
    random: &'r mut Random,
    /// The measures so far: numbers, money, tests and sets.
    numbers: Vec<String>,
    money: Vec<String>,
    tests: Vec<String>,
}

impl Writer<'_> {
    fn pick(&mut self, of: &[&'static str]) -> &'static str {
        of[self.random.below(of.len())]
    }

    fn kind(&mut self) -> &'static Kind {
        self.random.pick(KINDS)
    }

    fn filter(&mut self, kind: &Kind) -> String {
        let one = |w: &mut Self| w.pick(kind.filters).to_owned();
        match self.random.below(6) {
            0 => format!("({}) and ({})", one(self), one(self)),
            1 => format!("({}) or ({})", one(self), one(self)),
            2 => format!("not ({})", one(self)),
            _ => one(self),
        }
    }

    fn facts(&mut self, kind: &Kind) -> String {
        let mut text = String::new();
        if self.random.one_in(8) {
            text += "pending ";
        }
        text += kind.name;
        if self.random.one_in(8) {
            text += " including ended";
        }
        if self.random.one_in(8) {
            text += self.pick(&[" over family", " over enterprise", " over group g1"]);
        }
        if self.random.one_in(2) {
            text += " in ";
            text += self.pick(WINDOWS);
        }
        if self.random.one_in(2) {
            text += " where ";
            text += &self.filter(kind);
        }
        text
    }

    fn set(&mut self, field: &str, depth: usize) -> String {
        let with_field: Vec<&Kind> = KINDS.iter().filter(|k| k.values.contains(&field)).collect();
        let kind = *self.random.pick(&with_field);
        let mut text = format!("distinct {field} of {}", self.facts(kind));
        if self.random.one_in(3) {
            text += " having ";
            text += &match kind.numbers.iter().find(|n| !n.contains(' ')) {
                Some(number) if self.random.one_in(2) => {
                    let pick = self.pick(&["sum", "highest", "lowest", "average", "latest"]);
                    format!("{pick} {number} >= {}", self.random.below(30))
                }
                _ => format!(
                    "count {} {}",
                    self.pick(&[">=", "<", "="]),
                    1 + self.random.below(3)
                ),
            };
        }
        if depth > 0 && self.random.one_in(3) {
            let joint = self.pick(&["union", "intersect", "except"]);
            return format!("({text}) {joint} ({})", self.set(field, depth - 1));
        }
        text
    }

    /// At times only the highest sums are asked for.
    fn highest(&mut self, kind: &Kind) -> String {
        if !self.random.one_in(4) {
            return String::new();
        }
        let number = 1 + self.random.below(3);
        format!("highest {number} {} of ", self.pick(kind.values))
    }

    /// An aggregate that is a number.
    fn count(&mut self) -> String {
        let kind = self.kind();
        match self.random.below(4) {
            0 => {
                let field = self.pick(&[
                    "customer",
                    "person",
                    "workload",
                    "stage",
                    "credential",
                    "track",
                    "level",
                    "class",
                ]);
                let set = self.set(field, 1);
                format!("count {set}")
            }
            1 if !kind.numbers.is_empty() => {
                let amount = self.pick(kind.numbers);
                let facts = self.facts(kind);
                match self.pick(&["sum", "sum", "latest", "highest", "lowest", "average"]) {
                    "sum" => format!("sum {amount} of {}{facts}", self.highest(kind)),
                    pick if !amount.contains(' ') => format!("{pick} {amount} of {facts}"),
                    _ => format!("sum {amount} of {facts}"),
                }
            }
            _ => format!("count {}", self.facts(kind)),
        }
    }

    fn number(&mut self, depth: usize) -> String {
        if depth == 0 {
            return match self.random.below(4) {
                0 if !self.numbers.is_empty() => self.random.pick(&self.numbers).clone(),
                1 => format!("{}", self.random.below(12)),
                2 => "bar".into(),
                _ => format!("({})", self.count()),
            };
        }
        let d = depth - 1;
        match self.random.below(14) {
            0 => format!("({} + {})", self.number(d), self.number(d)),
            1 => format!("({} - {})", self.number(d), self.number(d)),
            2 => format!("({} * {})", self.number(d), self.number(d)),
            3 => format!("({} / {})", self.number(d), self.number(d)),
            4 => format!("lowest({}, {})", self.number(d), self.number(d)),
            5 => format!("highest({}, {})", self.number(d), self.number(d)),
            6 => format!("average({}, {})", self.number(d), self.number(d)),
            7 => format!(
                "(if {} then {} else {})",
                self.test(d),
                self.number(d),
                self.number(d)
            ),
            8 => format!(
                "before({}, {})",
                self.pick(&["1 month", "1 year", "10 days"]),
                self.number(d)
            ),
            9 => format!("{}({})", self.pick(&["floor", "ceiling"]), self.number(d)),
            10 => format!("points({})", self.number(d)),
            11 => format!("worth({})", self.cash(d)),
            12 => "of-region(region(partner.country))".into(),
            _ => format!("({} / {})", self.cash(d), self.cash(d)),
        }
    }

    fn cash(&mut self, depth: usize) -> String {
        let with_money: Vec<&Kind> = KINDS.iter().filter(|k| !k.money.is_empty()).collect();
        if depth > 0 && self.random.one_in(3) {
            let d = depth - 1;
            return match self.random.below(4) {
                0 => format!("({} + {})", self.cash(d), self.cash(d)),
                1 => format!("({} - {})", self.cash(d), self.cash(d)),
                2 => format!("({} * {})", self.number(0), self.cash(d)),
                _ => format!("lowest({}, {})", self.cash(d), self.cash(d)),
            };
        }
        match self.random.below(4) {
            0 => format!("{} USD", self.random.below(3000)),
            1 if !self.money.is_empty() => self.random.pick(&self.money).clone(),
            _ => {
                let kind = *self.random.pick(&with_money);
                let amount = self.pick(kind.money);
                let facts = self.facts(kind);
                match self.pick(&["sum", "sum", "highest", "latest"]) {
                    "sum" => format!("(sum {amount} of {}{facts})", self.highest(kind)),
                    pick if !amount.contains(' ') => format!("({pick} {amount} of {facts})"),
                    _ => format!("(sum {amount} of {facts})"),
                }
            }
        }
    }

    fn test(&mut self, depth: usize) -> String {
        let op = |w: &mut Self| w.pick(&[">=", ">", "<", "<=", "=", "!="]);
        if depth == 0 {
            let kind = self.kind();
            return match self.random.below(5) {
                0 if !self.tests.is_empty() => self.random.pick(&self.tests).clone(),
                1 => self
                    .pick(&[
                        "holds(low)",
                        "holds(mid)",
                        "holds(other, gold)",
                        "meets(other, silver)",
                        "asked",
                        "size = small",
                        "model >= limited",
                        "partner.country = DE",
                        "in-de",
                        "region(partner.country) = far",
                        "yes",
                    ])
                    .into(),
                2 => format!("(exists {})", self.facts(kind)),
                _ => format!("{} {} {}", self.number(0), op(self), self.number(0)),
            };
        }
        let d = depth - 1;
        match self.random.below(9) {
            0 => format!("({} and {})", self.test(d), self.test(d)),
            1 => format!("({} or {})", self.test(d), self.test(d)),
            2 => format!("(not {})", self.test(d)),
            3 => format!("{} {} {}", self.number(d), op(self), self.number(d)),
            4 => format!("{} {} {}", self.cash(d), op(self), self.cash(d)),
            5 => format!(
                "at least {} of ({}, {}, {})",
                1 + self.random.below(3),
                self.test(d),
                self.test(d),
                self.test(d)
            ),
            6 => format!(
                "held({}, {})",
                self.pick(&[
                    "trailing 1 month",
                    "trailing 10 days",
                    "this month",
                    "last 1 whole month"
                ]),
                self.test(d)
            ),
            7 => format!(
                "once({}, {})",
                self.pick(&[
                    "trailing 1 month",
                    "trailing 10 days",
                    "this month",
                    "last 1 whole month"
                ]),
                self.test(d)
            ),
            _ => format!(
                "before({}, {})",
                self.pick(&["1 month", "1 year", "10 days"]),
                self.test(d)
            ),
        }
    }
}

/// The head of every edition: what the rules name.
const HEAD: &str = r#"
program  = "test"
edition  = "1"
title    = "At random"
in_force = { from = 2000-01-01 }
levels   = ["low", "mid", "high"]
catalogs = ["aws"]
calendar = { fiscal_year = "02-01" }
[period]
enter  = "trailing 12 months"
retain = "since last-review"
[lifecycle]
review = { REVIEW }
[parameter]
bar = { default = 3 }
[list]
wanted = { items = [{ is = "cloud-practitioner" }, { is = "technical-professional", until = 2023-03-01 }, { is = "security-specialty", from = 2022-09-01 }] }
[table]
rate = { rows = { accounting = 3, insights = "1/5" } }
goal = { rows = { DE = 2, FR = 5, else = 3 } }
region = { words = ["near", "far"], rows = { DE = "near", FR = "far", US = "far" } }
of-region = { rows = { near = 1, else = 4 } }
[bands]
points = { rows = [{ to = 0, is = 0 }, { above = 0, below = 4, is = 3 }, { from = 4, is = 9 }] }
worth = { rows = [{ below = "1_000 USD", is = 1 }, { from = "1_000 USD", below = "2_500 USD", is = 4 }, { from = "2_500 USD", is = 6 }] }
[question]
asked = { answer = "yes or no", evidence = "(count projects) >= 2", may_not_apply = true }
level-of-it = { answer = "1 to 5", may_not_apply = true }
model = { answer = ["resold", "limited", "full"] }
[test]
in-de = { is = "partner.country = DE" }
[roster.roles]
of       = "credentials where class != badge"
one_role = true
capacity = { seller = 2, engineer = 1 }
seats    = [
  { for = "voice", role = "seller", needs = "business-professional" },
  { for = "data", role = "seller", needs = "business-professional" },
  { for = "cloud", role = "seller", needs = "cloud-practitioner" },
  { for = "voice", role = "engineer", needs = "technical-professional", number = 2 },
  { for = "data", role = "engineer", needs = "cloud-practitioner" },
]
"#;

const MEASURES: &str = r#"[measure]
clients = { is = "distinct customer of contracts" }
staff = { is = "distinct person of people where team = sales" }
size = { words = ["small", "large"], is = "if (count projects) >= 3 then large else small" }
"#;

const OTHER: &str = r#"
program  = "other"
edition  = "1"
title    = "Asked by the first"
in_force = { from = 2000-01-01 }
levels   = ["silver", "gold"]
catalogs = ["aws"]
[requirement]
done = { measure = "count projects in trailing 12 months", at_least = { silver = 1, gold = 3 } }
"#;

/// An edition at random. What the checker refuses in it is left out, as is what the slow reading would take too long for.
struct Draft {
    text: String,
    /// How many words the slow reading reads for each name; a choice of facts counts as ten.
    costs: HashMap<String, u64>,
}

/// The most that one name may cost.
const MOST: u64 = 3000;

impl Draft {
    /// What a text costs: a name costs what it stands for, and `held` asks on each day of a month.
    fn cost(&self, text: &str) -> u64 {
        let (mut total, mut word) = (0, String::new());
        let mut factors = vec![1];
        for c in text.chars().chain([' ']) {
            if c.is_alphanumeric() || c == '-' {
                word.push(c);
                continue;
            }
            let factor = factors.last().copied().unwrap_or(1);
            match (word.as_str(), c) {
                ("held" | "once", '(') => factors.push(factor * 31),
                (_, '(') => factors.push(factor),
                _ => {}
            }
            total += factor
                * match word.as_str() {
                    "" => 0,
                    "of" | "count" | "exists" => 10,
                    name => self.costs.get(name).copied().unwrap_or(1),
                };
            if c == ')' {
                factors.pop();
            }
            word.clear();
        }
        total
    }

    /// Takes a piece that declares a name, unless it costs too much or is refused.
    fn add(&mut self, name: &str, piece: &str) -> bool {
        let cost = self.cost(piece);
        let text = format!("{}{piece}", self.text);
        let taken = cost <= MOST && is_taken(&text);
        if taken {
            self.text = text;
            self.costs.insert(name.to_owned(), cost);
        }
        taken
    }
}

fn edition(random: &mut Random) -> String {
    let mut writer = Writer {
        random,
        numbers: vec!["level-of-it".into()],
        money: vec![],
        tests: vec![],
    };
    let every = writer.pick(REVIEWS);
    let mut draft = Draft {
        text: HEAD.replace("REVIEW", every),
        costs: HashMap::new(),
    };
    draft.text += MEASURES;
    for name in ["n0", "n1", "n2", "n3", "n4", "n5"] {
        let is = writer.number(2);
        if draft.add(name, &format!("{name} = {{ is = \"{is}\" }}\n")) {
            writer.numbers.push(name.to_owned());
        }
    }
    for name in ["c0", "c1"] {
        let is = writer.cash(2);
        if draft.add(name, &format!("{name} = {{ is = \"{is}\" }}\n")) {
            writer.money.push(name.to_owned());
        }
    }
    for name in ["t0", "t1", "t2", "t3", "t4", "t5"] {
        let is = writer.test(2);
        if draft.add(name, &format!("{name} = {{ is = \"{is}\" }}\n")) {
            writer.tests.push(name.to_owned());
        }
    }
    let points: Vec<String> = (0..4).map(|_| writer.number(1)).collect();
    draft.add("total", &format!("[score.total.part]\npart-a = {{ max = 10, points = \"{}\" }}\npart-b = {{ max = \"bar\", points = \"{}\" }}\n", points[0], points[1]));
    draft.add("mean", &format!("[score.mean.part]\npart-c = {{ weight = 2, points = \"{}\" }}\npart-d = {{ weight = \"bar\", max = 20, points = \"{}\" }}\n", points[2], points[3]));
    rows(&mut writer, &mut draft);
    draft.text
}

/// Rows, parts, and levels that have a test of their own.
fn rows(writer: &mut Writer<'_>, draft: &mut Draft) {
    let asked = |w: &mut Writer<'_>| w.pick(&["both", "both", "enter", "retain"]);
    let row = writer.number(1);
    let applies = writer.test(0);
    let first = format!(
        "[requirement.first]\nmeasure = \"{row}\"\nat_least = {{ low = 1, mid = 2, high = \"goal(partner.country)\" }}\napplies = \"{applies}\"\n"
    );
    let second = format!(
        "[requirement.second]\ntest = \"{}\"\nrequired = [\"mid\"]\nasked = \"{}\"\n",
        writer.test(1),
        asked(writer)
    );
    let kind = writer.kind();
    let facts = writer.facts(kind);
    // A level may ask the row, or only its part.
    let row = writer.pick(&["low = 0, mid = 1, high = \"1 to 3\"", "mid = 1"]);
    let part = writer.pick(&[
        "low = 1, mid = 2",
        "high = 1",
        "low = 0, mid = 1, high = 2",
        "read",
    ]);
    let part = if part == "read" {
        String::new()
    } else {
        format!("at_least = {{ {part} }}, ")
    };
    let third = format!(
        "[requirement.third]\nmeasure = \"count {facts}\"\nmore_than = {{ {row} }}\nasked = \"{}\"\n[requirement.third.part]\npart-of = {{ of_which = \"{}\", {part}asked = \"{}\" }}\n",
        asked(writer),
        writer.filter(kind),
        asked(writer)
    );
    let every = writer.pick(&["held", "once"]);
    let window = writer.pick(&[
        "trailing 1 month",
        "this month and 1 before",
        "trailing 10 days",
    ]);
    let kept = format!(
        "[requirement.kept]\ntest = \"{every}({window}, matrix)\"\nrequired = [\"high\"]\nasked = \"enter\"\n"
    );
    let mut matrix = 0;
    for (name, row) in [("first", &first), ("second", &second), ("third", &third)] {
        if draft.add(name, row) {
            matrix += 3 * draft.costs[name];
        }
    }
    draft.costs.insert("matrix".to_owned(), matrix);
    let cash = writer.cash(1);
    draft.add("cash", &format!("[requirement.cash]\nmeasure = \"{cash}\"\nat_least = {{ low = \"1_000 USD\", high = \"{} USD\" }}\n", writer.random.below(4000)));
    draft.add(
        "read",
        "[requirement.read]\nmeasure = \"latest score of csat\"\n",
    );
    draft.add(
        "lowest",
        "[requirement.lowest]\nmeasure = \"lowest part of total\"\nat_most = { mid = 2 }\n",
    );
    draft.add(
        "seated",
        "[requirement.seated]\nmeasure = \"filled(roles)\"\nless_than = { mid = 2, high = 3 }\n",
    );
    draft.add("kept", &kept);
    for level in ["low", "mid", "high"] {
        if writer.random.one_in(3) {
            let ask = writer.pick(&["enter", "retain"]);
            let own = match writer.random.below(4) {
                0 => "holds(mid) or (matrix and kept)".to_owned(),
                1 => "matrix".to_owned(),
                2 => "first or (second and third)".to_owned(),
                _ => writer.test(1),
            };
            draft.add(level, &format!("[level.{level}]\n{ask} = \"{own}\"\n"));
        }
    }
}

/// The vocabulary and the other program.
fn shelf() -> &'static Library {
    static SHELF: OnceLock<Library> = OnceLock::new();
    SHELF.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut files: Vec<(String, String)> = [
            "evidence.toml",
            "catalogs/aws.toml",
            "catalogs/example.toml",
        ]
        .iter()
        .map(|f| format!("vocabulary/{f}"))
        .map(|f| {
            (
                f.clone(),
                std::fs::read_to_string(root.join(f)).expect("text"),
            )
        })
        .collect();
        files.push(("programs/other/1.toml".to_owned(), OTHER.to_owned()));
        Library::read(files.iter().map(|(f, t)| (f.as_str(), t.as_str()))).0
    })
}

/// Does the checker find no error?
fn is_taken(text: &str) -> bool {
    let (edition, problems) = Edition::read("programs/test/1.toml", text);
    let Some(edition) = edition.map(Arc::new) else {
        return false;
    };
    let (_, of_names) = compile(shelf(), &edition);
    problems
        .iter()
        .chain(&of_names)
        .all(|p| p.severity != Severity::Error)
}

/// The other program, and this one.
fn programs(text: &str) -> Arc<Programs> {
    let (edition, _) = Edition::read("programs/test/1.toml", text);
    let mut library = shelf().clone();
    library
        .editions
        .push(Arc::new(edition.expect("an edition")));
    Arc::new(Programs::new(Arc::new(library)))
}

/// Holds everything that an edition says against what the slow reading says of it; how much that was.
fn compare(seed: u64, warts: bool) -> usize {
    let mut random = Random(seed.wrapping_mul(0x2545_F491_4F6C_DD1D) + 11);
    let text = edition(&mut random);
    let programs = programs(&text);
    let edition = programs
        .library
        .edition("test", "1")
        .expect("the edition")
        .clone();
    let tables = sheets(&programs, &edition, &mut random, warts);
    let facts = Arc::new(evidence(&programs, &edition, &tables));
    let mut held = 0;
    for known_at in [None, Some(Day(FIRST + random.below(900) as i32))] {
        let mut assumptions = Assumptions::default();
        if random.one_in(2) {
            let bar = Exact::from(random.below(7) as i64);
            assumptions.set.insert("bar".to_owned(), bar);
        }
        if random.one_in(2) {
            let every = *random.pick(&["2 months", "1 year", "40 days"]);
            let key = "test.review.every".to_owned();
            assumptions.assume.insert(key, every.to_owned());
        }
        let engine = Engine::new(
            programs.clone(),
            Arc::new(Ledger::new(facts.clone(), known_at)),
            assumptions.clone(),
        );
        let run = engine.edition("test", "1").expect("it runs");
        let slow = Reference::new(&programs.library, &facts, &edition, known_at, &assumptions);
        for _ in 0..2 {
            let day = Day(FIRST + random.below(900) as i32);
            let told = |what: String| {
                let tables: Vec<String> = tables
                    .iter()
                    .map(|t| format!("[{}]\n{}", t.kind, t.text()))
                    .collect();
                format!(
                    "{what}, seed {seed} on {day}, known at {}, the engine first\n{text}\n{}",
                    known_at.map_or("any day".to_owned(), |d| d.to_string()),
                    tables.join("\n")
                )
            };
            for (partner, ask) in (0..facts.partners.len())
                .flat_map(|partner| [Ask::Enter, Ask::Retain].map(|ask| (partner, ask)))
            {
                for name in names(&edition) {
                    // The engine has no value for what is a set.
                    if let Some(fast) = run.value(partner, name, ask, day) {
                        let slow = slow.value(partner, name, ask, day);
                        assert_eq!(fast, slow, "{}", told(format!("{name}, {}", ask.name())));
                        held += 1;
                    }
                }
                for (at, level) in edition.levels.iter().enumerate() {
                    let fast = run.column(partner, ask, at, day);
                    let slow = slow.column(partner, ask, level, day);
                    assert_eq!(fast, slow, "{}", told(format!("{level}, {}", ask.name())));
                    held += 1;
                }
            }
        }
    }
    held
}

/// Everything in an edition that has a value.
fn names(edition: &Edition) -> impl Iterator<Item = &String> {
    edition
        .measure
        .keys()
        .chain(edition.test.keys())
        .chain(edition.rows.keys())
        .chain(edition.question.keys())
        .chain(edition.score.keys())
}

#[expect(clippy::disallowed_methods, reason = "a test takes no arguments")]
fn seeds(first: u64, few: u64) -> std::ops::Range<u64> {
    let number = |name: &str| std::env::var(name).ok().and_then(|s| s.parse::<u64>().ok());
    let first = first + number("CAIRN_FIRST").unwrap_or(0);
    first..first + number("CAIRN_SEEDS").unwrap_or(few)
}

#[test]
fn rules_at_random_mean_the_same_to_both_readings() {
    let held: usize = seeds(0, 40).map(|seed| compare(seed, false)).sum();
    assert!(held > 100, "only {held} answers were compared");
}

#[test]
fn rules_at_random_mean_the_same_over_evidence_with_warts() {
    let held: usize = seeds(1_000_000, 40).map(|seed| compare(seed, true)).sum();
    assert!(held > 100, "only {held} answers were compared");
}
