//! Made-up populations of partners, for benchmarks and for trying a rule change on many at once.
//!
//! A population is a description: partner number `i` depends on the seed and on `i` alone, so that any part of it can be
//! made anywhere, in any order, and a larger population begins with the smaller one. Nobody in it exists.
//!
//! The spread is that of a large vendor program: most partners are small and stay below the first level, some hold
//! Select or Advanced of the AWS Services Path, a few Premier; people come and leave, certificates run out, launches
//! thin out, and a few names and currencies are ones that leave a verdict open. The module knows no rule of any program.

use std::fmt::{self, Write as _};
use std::sync::Arc;

use domain::calendar::Day;
use domain::evidence::{Builder, Cell, Code, Evidence, Origin};
use domain::number::Exact;
use domain::vocabulary::Vocabulary;

/// The tables of a population with their columns, after `partner`.
pub const TABLES: [(&str, &[&str]); 9] = [
    ("partners", &["name", "country"]),
    (
        "enrollments",
        &[
            "program",
            "level",
            "since",
            "last_review_on",
            "next_review_on",
            "fee_paid_until",
        ],
    ),
    ("people", &["person", "registered_on", "left_on"]),
    (
        "credentials",
        &["person", "credential", "earned_on", "expires_on"],
    ),
    (
        "opportunities",
        &[
            "opportunity",
            "customer",
            "origin",
            "stage",
            "estimated_mrr",
            "currency",
            "launched_on",
            "target_close_on",
        ],
    ),
    (
        "references",
        &[
            "reference",
            "customer",
            "route",
            "submitted_on",
            "approved_on",
        ],
    ),
    (
        "csat",
        &[
            "response",
            "customer",
            "route",
            "score",
            "submitted_on",
            "email_confirmed_on",
            "customer_verified_on",
            "shared",
        ],
    ),
    ("validations", &["validation", "awarded_on", "expires_on"]),
    ("attestations", &["kind", "attested_on"]),
];

/// The places of the tables in [`TABLES`].
mod table {
    pub(super) const PARTNERS: usize = 0;
    pub(super) const ENROLLMENTS: usize = 1;
    pub(super) const PEOPLE: usize = 2;
    pub(super) const CREDENTIALS: usize = 3;
    pub(super) const OPPORTUNITIES: usize = 4;
    pub(super) const REFERENCES: usize = 5;
    pub(super) const CSAT: usize = 6;
    pub(super) const VALIDATIONS: usize = 7;
    pub(super) const ATTESTATIONS: usize = 8;
}

/// One cell of a made-up row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// Not known or not yet.
    Empty,
    /// A day.
    Day(Day),
    /// A word.
    Word(&'static str),
    /// An id: a prefix and a number.
    Id(&'static str, u64),
    /// An amount in hundredths.
    Cents(i64),
    /// A whole number.
    Whole(i64),
}

/// As the cell of a text table.
impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Item::Empty => Ok(()),
            Item::Day(day) => day.fmt(f),
            Item::Word(word) => f.write_str(word),
            Item::Id(prefix, number) => write!(f, "{prefix}{number}"),
            Item::Cents(cents) => write!(f, "{}.{:02}", cents / 100, cents % 100),
            Item::Whole(number) => number.fmt(f),
        }
    }
}

/// What a population is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Population {
    /// Another seed, other partners.
    pub seed: u64,
    /// How many partners there are.
    pub partners: u32,
    /// How many facts a partner has on average.
    pub facts: u32,
    /// The last day on which anything happened; the first one lies [`Population::YEARS`] before it.
    pub last: Day,
}

/// The random numbers of one partner.
struct Chance(u64);

impl Chance {
    fn new(seed: u64, partner: u32) -> Chance {
        let mut chance = Chance(seed ^ 0x6361_6972_6e00_0000);
        let mixed = chance.next() ^ u64::from(partner).wrapping_mul(0xd134_2543_de82_ef95);
        Chance(mixed)
    }

    /// splitmix64.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`; 0 where that is 0.
    fn below(&mut self, end: u32) -> u32 {
        ((u128::from(self.next()) * u128::from(end)) >> 64) as u32
    }

    /// A number from `first` to `last`, both inside.
    fn between(&mut self, first: i32, last: i32) -> i32 {
        if last <= first {
            return first;
        }
        first + self.below((last - first + 1) as u32) as i32
    }

    /// So many times in a thousand.
    fn per_mille(&mut self, times: u32) -> bool {
        self.below(1000) < times
    }
}

/// What a partner is like.
struct Nature {
    /// In how many of a thousand.
    share: u32,
    /// Facts, in thousandths of the population's average: least and most.
    facts: (u32, u32),
    /// Opportunities launched, of a thousand.
    launched: u32,
    /// The level it holds, where it holds one.
    level: Option<&'static str>,
    /// Years of a hundred with a signed business plan.
    plans: u32,
    /// Validations: least and most.
    validations: (i32, i32),
}

/// From small to large. The shares times the mean facts come to the average.
const NATURES: [Nature; 4] = [
    Nature {
        share: 720,
        facts: (100, 1160),
        launched: 60,
        level: None,
        plans: 5,
        validations: (0, 0),
    },
    Nature {
        share: 190,
        facts: (900, 1900),
        launched: 230,
        level: Some("select"),
        plans: 30,
        validations: (0, 1),
    },
    Nature {
        share: 70,
        facts: (1700, 2900),
        launched: 400,
        level: Some("advanced"),
        plans: 92,
        validations: (0, 3),
    },
    Nature {
        share: 20,
        facts: (4400, 7400),
        launched: 500,
        level: Some("premier"),
        plans: 97,
        validations: (3, 9),
    },
];

/// What people hold, with how many of a thousand it is and how many years it lasts; 0: without end.
const HELD: [(&str, u32, i32); 20] = [
    ("technical-professional", 150, 0),
    ("business-professional", 140, 0),
    ("cloud-practitioner", 190, 3),
    ("solutions-architect-associate", 170, 3),
    ("developer-associate", 50, 3),
    ("sysops-associate", 50, 3),
    ("data-engineer-associate", 15, 3),
    ("solutions-architect-professional", 45, 3),
    ("devops-professional", 25, 3),
    ("security-specialty", 20, 3),
    ("advanced-networking-specialty", 12, 3),
    ("machine-learning-specialty", 12, 3),
    ("database-specialty", 8, 3),
    ("sap-specialty", 5, 3),
    ("ai-practitioner", 25, 3),
    ("cloud-economics", 35, 0),
    ("cloud-essentials", 25, 0),
    ("migration-ambassador", 12, 2),
    ("well-architected-proficient", 10, 2),
    // In no catalog: it may be anything.
    ("cloud-hero", 1, 0),
];

const VALIDATIONS: [&str; 9] = [
    "migration-competency",
    "security-competency",
    "data-analytics-competency",
    "financial-services-competency",
    "well-architected-partner",
    "storage-competency",
    "saas-competency",
    "government-competency",
    "retail-competency",
];

const COUNTRIES: [&str; 10] = ["US", "DE", "GB", "IN", "BR", "JP", "FR", "AU", "CA", "NL"];

impl Population {
    /// Over how many years the facts are spread.
    pub const YEARS: i32 = 5;

    /// The id of a partner. Ids stand in the order of their numbers.
    pub fn id(partner: u32) -> String {
        format!("P{partner:06}")
    }

    /// Hands every row of a partner to `row`: the table by its place in [`TABLES`], and its cells.
    pub fn rows(&self, partner: u32, mut row: impl FnMut(usize, &[Item])) {
        let mut chance = Chance::new(self.seed, partner);
        let mut lot = chance.below(1000);
        let nature = NATURES
            .iter()
            .find(|n| {
                let found = lot < n.share;
                lot = lot.wrapping_sub(n.share);
                found
            })
            .unwrap_or(&NATURES[0]);
        let (least, most) = nature.facts;
        let budget = u64::from(self.facts)
            * u64::from(chance.between(least as i32, most as i32).unsigned_abs())
            / 1000;
        let budget = budget as u32;
        let last = self.last.0;
        let first = last - Self::YEARS * 365;
        let country = COUNTRIES[chance.below(10) as usize];
        row(
            table::PARTNERS,
            &[
                Item::Id("Partner ", u64::from(partner)),
                Item::Word(country),
            ],
        );
        let mut written = 1;
        written += self.status(nature, &mut chance, &mut row);
        let rest = budget.saturating_sub(written).max(3);
        let people = (rest * 8 / 100).max(1);
        let credentials = rest * 38 / 100;
        let references = rest * 4 / 100;
        let responses = rest * 11 / 100;
        let opportunities = rest - people - credentials - references - responses;

        // When each person joined, and left.
        let mut present = Vec::with_capacity(people as usize);
        for person in 0..people {
            let joined = chance.between(first - 900, last - 60);
            let left = if chance.per_mille(300) {
                chance.between(joined + 90, last + 200)
            } else {
                i32::MAX
            };
            let shown = if left > last {
                Item::Empty
            } else {
                Item::Day(Day(left))
            };
            row(
                table::PEOPLE,
                &[
                    Item::Id("p", u64::from(person)),
                    Item::Day(Day(joined)),
                    shown,
                ],
            );
            present.push((joined, left.min(last)));
        }
        for _ in 0..credentials {
            let person = chance.below(people) as usize;
            let mut lot = chance.below(1000);
            let (name, _, years) = HELD
                .iter()
                .find(|(_, share, _)| {
                    let found = lot < *share;
                    lot = lot.wrapping_sub(*share);
                    found
                })
                .unwrap_or(&HELD[0]);
            let (joined, left) = present[person];
            let earned = chance.between(joined.max(first), left);
            let expires = if *years == 0 {
                Item::Empty
            } else {
                Item::Day(Day(earned + years * 365))
            };
            row(
                table::CREDENTIALS,
                &[
                    Item::Id("p", person as u64),
                    Item::Word(name),
                    Item::Day(Day(earned)),
                    expires,
                ],
            );
        }
        // Ids are the vendor's: no two partners share one.
        let id = |number: u32| u64::from(partner) * 100_000 + u64::from(number);
        let customers = (opportunities / 4).max(3);
        for number in 0..opportunities {
            let mut launched = Item::Empty;
            let target = chance.between(first, last + 270);
            let stage = if chance.per_mille(nature.launched) {
                launched = Item::Day(Day(chance.between(first, last)));
                "launched"
            } else if target < last - 60 {
                "closed-lost"
            } else {
                [
                    "prospect",
                    "qualified",
                    "technical-validation",
                    "business-validation",
                    "committed",
                ][chance.below(5) as usize]
            };
            let mrr = 5_000 + i64::from(chance.below(900)) * i64::from(chance.below(900));
            row(
                table::OPPORTUNITIES,
                &[
                    Item::Id("O", id(number)),
                    Item::Id("c", u64::from(chance.below(customers))),
                    Item::Word(if chance.per_mille(700) {
                        "partner"
                    } else {
                        "vendor"
                    }),
                    Item::Word(stage),
                    Item::Cents(mrr),
                    Item::Word(if chance.per_mille(15) { "EUR" } else { "USD" }),
                    launched,
                    Item::Day(Day(target)),
                ],
            );
        }
        for number in 0..references {
            let submitted = chance.between(first, last);
            let approved = submitted + chance.between(3, 45);
            let tool = chance.per_mille(400);
            row(
                table::REFERENCES,
                &[
                    Item::Id("R", id(number)),
                    Item::Id("c", u64::from(chance.below(customers))),
                    Item::Word(if tool { "tool" } else { "opportunity" }),
                    Item::Day(Day(submitted)),
                    if tool && approved <= last && chance.per_mille(850) {
                        Item::Day(Day(approved))
                    } else {
                        Item::Empty
                    },
                ],
            );
        }
        for number in 0..responses {
            let submitted = chance.between(first, last);
            let mut check = |often| {
                let on = submitted + chance.between(0, 20);
                if on <= last && chance.per_mille(often) {
                    Item::Day(Day(on))
                } else {
                    Item::Empty
                }
            };
            let (email, customer) = (check(970), check(930));
            row(
                table::CSAT,
                &[
                    Item::Id("S", id(number)),
                    Item::Id("c", u64::from(chance.below(customers))),
                    Item::Word("rate-this-partner"),
                    Item::Whole(5 - i64::from(chance.below(3) * chance.below(2))),
                    Item::Day(Day(submitted)),
                    email,
                    customer,
                    Item::Word(if chance.per_mille(800) { "yes" } else { "no" }),
                ],
            );
        }
    }

    /// Enrollments, plans, reviews and validations; how many rows they are.
    fn status(
        &self,
        nature: &Nature,
        chance: &mut Chance,
        row: &mut impl FnMut(usize, &[Item]),
    ) -> u32 {
        let last = self.last.0;
        let first = last - Self::YEARS * 365;
        let mut written = 0;
        let mut write = |table: usize, cells: &[Item]| {
            row(table, cells);
            written += 1;
        };
        let enrolled = chance.between(first - 700, last - 400);
        let below = ["select", "advanced", "premier"];
        let held = nature
            .level
            .and_then(|l| below.iter().position(|b| *b == l));
        // One enrollment a year: the level climbs to what it is now.
        let mut since = enrolled;
        let mut year = 0;
        while since <= last {
            let years_left = (last - since) / 365;
            let level = held
                .and_then(|top| (top as i32 - years_left / 2).try_into().ok())
                .and_then(|at: usize| below.get(at));
            write(
                table::ENROLLMENTS,
                &[
                    Item::Word("aws-services-path"),
                    level.map_or(Item::Empty, |l| Item::Word(l)),
                    Item::Day(Day(since)),
                    if year == 0 {
                        Item::Empty
                    } else {
                        Item::Day(Day(since))
                    },
                    Item::Day(Day(since + 365)),
                    Item::Day(Day(since + 365 + chance.between(-20, 60))),
                ],
            );
            since += 365 + chance.between(-5, 9);
            year += 1;
        }
        let mut signed = first + chance.between(0, 90);
        while signed <= last {
            if chance.below(100) < nature.plans {
                write(
                    table::ATTESTATIONS,
                    &[Item::Word("business-plan"), Item::Day(Day(signed))],
                );
            }
            signed += 355 + chance.between(-15, 25);
        }
        if nature.level == Some("premier") && chance.per_mille(800) {
            write(
                table::ATTESTATIONS,
                &[
                    Item::Word("executive-business-review"),
                    Item::Day(Day(chance.between(first, last))),
                ],
            );
        }
        let (least, most) = nature.validations;
        let count = chance.between(least, most);
        let mut award = |name: &'static str, chance: &mut Chance| {
            let awarded = chance.between(first - 300, last);
            let expires = if chance.per_mille(250) {
                Item::Day(Day(awarded + 1095))
            } else {
                Item::Empty
            };
            write(
                table::VALIDATIONS,
                &[Item::Word(name), Item::Day(Day(awarded)), expires],
            );
        };
        for number in 0..count {
            if number == 0 && chance.per_mille(850) {
                award("aws-msp", chance);
            } else {
                let at = (number as usize + chance.below(2) as usize) % VALIDATIONS.len();
                award(VALIDATIONS[at], chance);
            }
        }
        written
    }

    /// The population as accepted evidence. A kind of the vocabulary that [`TABLES`] does not name stays unsupplied.
    pub fn evidence(&self, vocabulary: Arc<Vocabulary>) -> Evidence {
        let mut filler = Filler::new(vocabulary);
        for partner in 0..self.partners {
            filler.add(self, partner);
        }
        filler.finish()
    }
}

/// Puts rows of a population into a [`Builder`].
struct Filler {
    builder: Builder,
    /// A place for each table; none where the vocabulary has no such kind.
    tables: Vec<Option<Target>>,
    lines: [u32; TABLES.len()],
    text: String,
}

/// Where the rows of a table go.
struct Target {
    kind: usize,
    file: u16,
    /// The place of each column among the kind's fields.
    places: Vec<usize>,
    cells: Vec<Cell>,
}

impl Filler {
    fn new(vocabulary: Arc<Vocabulary>) -> Filler {
        let mut builder = Builder::new(vocabulary.clone());
        let tables = TABLES
            .iter()
            .map(|(name, columns)| {
                let (kind, _, fields) = vocabulary.kinds.get_full(*name)?;
                let places = columns
                    .iter()
                    .map(|c| fields.fields.get_index_of(*c))
                    .collect::<Option<Vec<_>>>()?;
                builder.supply(kind);
                let file = builder.file(&format!("{name}.csv"));
                Some(Target {
                    kind,
                    file,
                    places,
                    cells: vec![Cell::Empty; fields.fields.len()],
                })
            })
            .collect();
        Filler {
            builder,
            tables,
            lines: [1; TABLES.len()],
            text: String::new(),
        }
    }

    fn add(&mut self, population: &Population, partner: u32) {
        let Filler {
            builder,
            tables,
            lines,
            text,
        } = self;
        let id = builder.strings.code(&Population::id(partner));
        population.rows(partner, |table, items| {
            let Some(Target {
                kind,
                file,
                places,
                cells,
            }) = &mut tables[table]
            else {
                return;
            };
            for (place, item) in places.iter().zip(items) {
                cells[*place] = match item {
                    Item::Empty => Cell::Empty,
                    Item::Day(day) => Cell::Day(*day),
                    Item::Word(word) => Cell::Text(builder.strings.code(word)),
                    Item::Id(..) => {
                        text.clear();
                        // INVARIANT: writing into a text does not fail.
                        let _ = write!(text, "{item}");
                        Cell::Text(builder.strings.code(text))
                    }
                    Item::Cents(cents) => Cell::Number(Exact::scaled((*cents).into(), 2)),
                    Item::Whole(number) => Cell::Number(Exact::from(*number)),
                };
            }
            lines[table] += 1;
            let origin = Origin {
                recorded: None,
                source: Code::EMPTY,
                file: *file,
                line: lines[table],
            };
            // INVARIANT: made-up amounts have two decimals and fit a column.
            let _ = builder.add(*kind, id, cells, &origin);
        });
    }

    fn finish(self) -> Evidence {
        self.builder.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn population(partners: u32) -> Population {
        Population {
            seed: 7,
            partners,
            facts: 500,
            last: Day::new(2026, 10, 31).expect("a day"),
        }
    }

    #[test]
    fn a_partner_depends_on_the_seed_and_its_number_alone() {
        let rows = |population: Population, partner: u32| {
            let mut rows = Vec::new();
            population.rows(partner, |table, cells| rows.push((table, cells.to_vec())));
            rows
        };
        assert_eq!(rows(population(10), 3), rows(population(20), 3));
        assert_ne!(rows(population(10), 3), rows(population(10), 4));
        let other = Population {
            seed: 8,
            ..population(10)
        };
        assert_ne!(rows(population(10), 3), rows(other, 3));
    }

    #[test]
    fn partners_have_the_facts_asked_for_on_average() {
        let mut facts = 0_u32;
        for partner in 0..2000 {
            population(2000).rows(partner, |table, cells| {
                assert_eq!(cells.len(), TABLES[table].1.len());
                facts += 1;
            });
        }
        let average = facts / 2000;
        assert!((490..=510).contains(&average), "{average} facts a partner");
    }
}
