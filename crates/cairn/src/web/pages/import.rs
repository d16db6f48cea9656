//! Bringing evidence in: what waits, what a file would change before it does, what was refused and how to mend it.

use app::domain::calendar::Day;
use app::domain::diagnostic::Diagnostic;
use app::domain::instant::Instant;
use app::domain::library::Library;
use app::domain::standing::Truth;
use app::domain::vocabulary::{FieldType, Vocabulary};
use app::imports::{
    DayChoice, DecimalChoice, EncodingChoice, FilePreview, Group, Import, KindCounts,
    OpeningChoice, Page as Rows, Preview, Problem, RefusedRow, RowPreview, State, UnknownName,
    Unsorted,
};
use app::locale::Lang;
use askama::Template;

use super::super::frame::{Frame, Here, segment};
use super::super::texts::fill;
use super::super::view::{Link, Mark};
use super::work::{Choice, Slip};

/// So many refused rows are shown to be mended at once.
pub const MENDED: usize = 25;

/// So many cells of a row are shown in a preview.
const CELLS: usize = 8;

/// So many problems are listed.
const LISTED: usize = 40;

/// Columns that a table of every kind may have beside those of its kind.
const EVERYWHERE: [&str; 3] = ["partner", "recorded_on", "source"];

/// What is wrong with the last try.
#[derive(Clone, Debug, Default)]
pub struct Trouble {
    /// What happened, and how to go on; empty where nothing is wrong.
    pub slip: Slip,
    /// What else happened.
    pub more: Vec<Slip>,
    /// Were records changed since the import that is to be taken back?
    pub changed_since: bool,
}

impl Trouble {
    /// What these say.
    pub fn of(problems: &[Diagnostic], lang: Lang) -> Trouble {
        let Some((first, more)) = problems.split_first() else {
            return Trouble::default();
        };
        Trouble {
            slip: Slip::of(first, lang),
            more: more.iter().map(|p| Slip::of(p, lang)).collect(),
            changed_since: first.code == "changed-since",
        }
    }
}

/// Where evidence comes in.
#[derive(Template)]
#[template(path = "import.html")]
pub struct ListPage {
    /// What stands around it.
    pub f: Frame,
    /// What is wrong with the last try.
    pub trouble: Trouble,
    /// The imports, newest first.
    pub imports: Vec<Line>,
    /// Rows that wait to be mended.
    pub refused: Vec<Mending>,
    /// How many there are, in words.
    pub refused_words: String,
    /// How many more there are than are shown; empty where there are none.
    pub refused_more: String,
    /// Names that no catalog knows.
    pub names: Vec<NameLine>,
    /// The entries of catalogs, by the kind of which names are unknown.
    pub entries: Vec<(String, Vec<String>)>,
    /// Values of which nobody said yet where they belong.
    pub sorting: Vec<Sorting>,
    /// The import that the names are of; empty on the list.
    pub import: String,
    /// The kinds of evidence, each with an empty table to start from.
    pub kinds: Vec<Link>,
}

/// An import in a list.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its page.
    pub link: Link,
    /// When it was begun.
    pub when: String,
    /// How far it is.
    pub mark: Mark,
    /// What it brings, in words.
    pub words: String,
}

/// A refused row, to be mended.
#[derive(Clone, Debug)]
pub struct Mending {
    /// Its number.
    pub version: i64,
    /// The file and the row.
    pub place: String,
    /// Its kind.
    pub kind: String,
    /// What is wrong with it as a whole.
    pub problems: Vec<Slip>,
    /// Its cells.
    pub cells: Vec<MendCell>,
}

/// A cell of a refused row.
#[derive(Clone, Debug)]
pub struct MendCell {
    /// The column.
    pub column: String,
    /// What it is called.
    pub label: String,
    /// What it says.
    pub text: String,
    /// What is wrong with it, and how to go on.
    pub problems: Vec<Slip>,
}

/// A name that no catalog knows.
#[derive(Clone, Debug)]
pub struct NameLine {
    /// The kind.
    pub kind: String,
    /// The name.
    pub name: String,
    /// How many records have it.
    pub rows: String,
    /// The nearest known spellings.
    pub nearest: Vec<String>,
}

/// Values that records of a kind sort, of which nobody said yet where they belong.
#[derive(Clone, Debug)]
pub struct Sorting {
    /// The kind that says it.
    pub kind: String,
    /// Its records.
    pub href: String,
    /// What the values are called.
    pub column: String,
    /// What decides what is asked of one.
    pub by: String,
    /// The values.
    pub lines: Vec<SortLine>,
}

/// A value of which nobody said yet where it belongs.
#[derive(Clone, Debug)]
pub struct SortLine {
    /// The value.
    pub value: String,
    /// What decides what is asked of it.
    pub under: String,
    /// How many records have it.
    pub rows: String,
    /// What is asked: the column, what it is called, and its words.
    pub asks: Vec<(String, String, Vec<Choice>)>,
    /// Is any of it guessed by its name?
    pub guessed: bool,
}

/// What an import would change, or what it changed.
#[derive(Template)]
#[template(path = "preview.html")]
pub struct PreviewPage {
    /// What stands around it.
    pub f: Frame,
    /// What is wrong with the last try.
    pub trouble: Trouble,
    /// The import.
    pub import: String,
    /// The version that was seen.
    pub version: i64,
    /// The files, in words.
    pub sub: String,
    /// How far it is.
    pub mark: Mark,
    /// What it would do, in a sentence.
    pub news: String,
    /// The counts: what, how many, a line below.
    pub figures: Vec<(String, String, String)>,
    /// Why it cannot be confirmed.
    pub hindrances: Vec<Said>,
    /// What else is wrong.
    pub problems: Vec<Said>,
    /// The files.
    pub files: Vec<FileLine>,
    /// The counts by kind.
    pub kinds: Vec<(String, [String; 4])>,
    /// Kinds of which the files may have the whole list.
    pub whole: Vec<Choice>,
    /// Programs that rows may be of.
    pub programs: Vec<Choice>,
    /// Names that no catalog knows.
    pub names: Vec<NameLine>,
    /// The entries of catalogs, by the kind of which names are unknown.
    pub entries: Vec<(String, Vec<String>)>,
    /// Values of which nobody said yet where they belong.
    pub sorting: Vec<Sorting>,
    /// The groups of rows.
    pub groups: Vec<Link>,
    /// The rows of the chosen group.
    pub rows: Vec<RowLine>,
    /// The next rows.
    pub next: Option<String>,
    /// May it be read anew?
    pub can_read: bool,
    /// May it be confirmed?
    pub can_confirm: bool,
    /// What the main button says.
    pub confirm: String,
    /// May it be discarded?
    pub can_discard: bool,
    /// May it be taken back?
    pub can_undo: bool,
    /// Were rows refused that wait to be mended now?
    pub to_mend: bool,
}

/// A problem.
#[derive(Clone, Debug)]
pub struct Said {
    /// `short` for an error, else `unknown`.
    pub shape: &'static str,
    /// What happened, and how to go on.
    pub slip: Slip,
    /// Where.
    pub place: String,
}

/// A file of an import.
#[derive(Clone, Debug)]
pub struct FileLine {
    /// Its place among the files.
    pub at: usize,
    /// Its name.
    pub name: String,
    /// What it was read as.
    pub kind: String,
    /// Its rows, in words.
    pub rows: String,
    /// Its columns.
    pub columns: Vec<ColumnLine>,
    /// By what it is remembered, where something of it is.
    pub remembered: Option<String>,
    /// The columns that could say since when a row counts, where none does.
    pub could_open: Vec<String>,
    /// What stands before decimals.
    pub decimal: Vec<Choice>,
    /// What comes first in days.
    pub days: Vec<Choice>,
    /// How bytes stand for letters.
    pub encoding: Vec<Choice>,
    /// Since when a row counts; none where the file says it.
    pub opening: Vec<Choice>,
    /// The currency of amounts beside which none stands.
    pub currency: String,
    /// Is it left out?
    pub left_out: bool,
}

/// A column of a file.
#[derive(Clone, Debug)]
pub struct ColumnLine {
    /// Its place in the file.
    pub at: usize,
    /// What the file calls it.
    pub header: String,
    /// What it was read as; empty where it is not read.
    pub field: String,
    /// What it may be read as.
    pub choices: Vec<Choice>,
}

/// A row of a preview.
#[derive(Clone, Debug)]
pub struct RowLine {
    /// Its kind.
    pub kind: String,
    /// The file and the row.
    pub place: String,
    /// What it says: the column and its cell.
    pub cells: Vec<(String, String)>,
    /// What differs: the column, before, after.
    pub differs: Vec<(String, String, String)>,
    /// What is wrong with it.
    pub problems: Vec<Slip>,
}

/// Where evidence of a partner comes in.
pub fn list(
    f: Frame,
    vocabulary: &Vocabulary,
    day_of: &dyn Fn(Instant) -> Day,
    imports: &[Import],
    refused: &[RefusedRow],
    names: &[UnknownName],
    unsorted: &[Unsorted],
) -> ListPage {
    let title = f.t.import;
    let f = f.at(Here::Import, title);
    let more = refused.len().saturating_sub(MENDED);
    ListPage {
        trouble: Trouble::default(),
        imports: imports.iter().map(|i| line(&f, day_of, i)).collect(),
        refused_words: if refused.is_empty() {
            String::new()
        } else {
            f.lang.several(f.t.evidence_refused, refused.len())
        },
        refused_more: if more == 0 {
            String::new()
        } else {
            fill(f.t.refused_more, &[("n", &f.lang.size(more))])
        },
        refused: refused
            .iter()
            .take(MENDED)
            .map(|row| mending(&f, vocabulary, row))
            .collect(),
        names: names.iter().map(|n| name(&f, n)).collect(),
        entries: entries(vocabulary, names),
        sorting: sorting(&f, vocabulary, unsorted),
        import: String::new(),
        kinds: vocabulary
            .kinds
            .keys()
            .map(|kind| {
                Link::to(
                    f.to(&format!("/evidence/{}/template.csv", segment(kind))),
                    f.named(kind),
                )
            })
            .collect(),
        f,
    }
}

fn state(f: &Frame, of: State) -> Mark {
    let t = f.t;
    match of {
        State::Receiving => Mark::saying(Truth::Unknown, t.state_receiving),
        State::Previewed => Mark::saying(Truth::Unknown, t.state_previewed),
        State::Confirmed => Mark::saying(Truth::Yes, t.state_confirmed),
        State::Undone => Mark::saying(Truth::NotApplicable, t.state_undone),
        State::Discarded => Mark::saying(Truth::NotApplicable, t.state_discarded),
        State::Failed => Mark::saying(Truth::No, t.state_failed),
    }
}

fn names_of(f: &Frame, import: &Import) -> String {
    let names: Vec<&str> = match &import.preview {
        Some(preview) if !preview.files.is_empty() => {
            preview.files.iter().map(|f| f.file.as_str()).collect()
        }
        _ => import
            .files
            .iter()
            .map(|(name, _, _)| name.as_str())
            .collect(),
    };
    match names.as_slice() {
        [] => match &import.path {
            Some(path) => path.clone(),
            None => f.t.no_file.to_owned(),
        },
        [one] => (*one).to_owned(),
        [first, rest @ ..] => format!("{first} {}", f.lang.several(f.t.and_n_files, rest.len())),
    }
}

fn line(f: &Frame, day_of: &dyn Fn(Instant) -> Day, import: &Import) -> Line {
    let total = import.preview.as_ref().map(app::imports::Preview::total);
    Line {
        link: Link::to(
            f.to(&format!("/import/{}", segment(&import.id))),
            names_of(f, import),
        ),
        when: f.lang.day(day_of(import.created_at)),
        mark: state(f, import.state),
        words: total.map_or_else(String::new, |t| counts(f, &t)),
    }
}

fn big(f: &Frame, n: u64) -> String {
    f.lang.count(i64::try_from(n).unwrap_or(i64::MAX))
}

fn counts(f: &Frame, of: &KindCounts) -> String {
    fill(
        f.t.import_counts,
        &[
            ("added", &big(f, of.added)),
            ("changed", &big(f, of.superseded)),
            ("known", &big(f, of.unchanged)),
        ],
    )
}

/// The columns of a row that can be mended: those that it has, and those of its kind that it leaves empty.
fn mending(f: &Frame, vocabulary: &Vocabulary, row: &RefusedRow) -> Mending {
    let mut cells = row.cells.clone();
    if let Some(kind) = vocabulary.kinds.get(&row.kind) {
        for column in kind.fields.keys() {
            let asked = |p: &Problem| p.field == *column || p.column == *column;
            let needed = kind.key.contains(column) || row.problems.iter().any(asked);
            if needed && cells.iter().all(|(name, _)| name != column) {
                cells.push((column.clone(), String::new()));
            }
        }
    }
    let said = |p: &Problem| Slip::said(&p.code, &p.message, &p.help, f.lang);
    let of_column = |p: &&Problem, column: &str| p.field == column || p.column == column;
    Mending {
        version: row.version,
        place: format!("{}:{}", row.file, row.row),
        kind: f.named(&row.kind),
        problems: row
            .problems
            .iter()
            .filter(|p| cells.iter().all(|(column, _)| !of_column(p, column)))
            .map(said)
            .collect(),
        cells: cells
            .iter()
            .map(|(column, text)| MendCell {
                column: column.clone(),
                label: f.named(column),
                text: text.clone(),
                problems: row
                    .problems
                    .iter()
                    .filter(|p| of_column(p, column))
                    .map(said)
                    .collect(),
            })
            .collect(),
    }
}

impl ListPage {
    /// Shows a row again as it was typed, with what is wrong with it now.
    pub fn refuse(&mut self, version: i64, cells: &[(String, String)], problems: &[Diagnostic]) {
        let lang = self.f.lang;
        let said = |p: &Diagnostic| Slip::of(p, lang);
        let Some(row) = self.refused.iter_mut().find(|r| r.version == version) else {
            self.trouble = Trouble::of(problems, lang);
            return;
        };
        let mut left: Vec<&Diagnostic> = problems.iter().collect();
        for cell in &mut row.cells {
            if let Some((_, text)) = cells.iter().find(|(column, _)| *column == cell.column) {
                cell.text.clone_from(text);
            }
            cell.problems.clear();
            left.retain(|p| {
                let here = p.place.context == cell.column;
                if here {
                    cell.problems.push(said(p));
                }
                !here
            });
        }
        row.problems = left.into_iter().map(said).collect();
    }
}

/// What may be typed for the names of each kind that has unknown ones.
fn entries(vocabulary: &Vocabulary, names: &[UnknownName]) -> Vec<(String, Vec<String>)> {
    let mut kinds: Vec<&str> = names.iter().map(|n| n.kind.as_str()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
        .into_iter()
        .map(|kind| {
            let of_kind = vocabulary
                .catalogs
                .values()
                .filter_map(|c| c.entries.get(kind));
            let spelled = of_kind
                .flatten()
                .map(|(id, entry)| entry.names.first().unwrap_or(id).clone());
            (kind.to_owned(), spelled.collect())
        })
        .collect()
}

/// What is asked of values, by the kind that says it.
fn sorting(f: &Frame, vocabulary: &Vocabulary, of: &[Unsorted]) -> Vec<Sorting> {
    let mut all: Vec<Sorting> = vec![];
    for one in of {
        let Some(kind) = vocabulary.kinds.get(&one.kind) else {
            continue;
        };
        let asks: Vec<(String, String, Vec<Choice>)> = one
            .asks
            .iter()
            .map(|asked| {
                let guess = asked.guess.as_deref().unwrap_or_default();
                let mut choices = vec![Choice::new("", f.t.not_said_yet, guess.is_empty())];
                if let Some(FieldType::Word(words)) = kind.field_type(&asked.column) {
                    let words = words.all();
                    choices.extend(words.map(|w| Choice::new(w, f.named(w), w == guess)));
                }
                (asked.column.clone(), f.named(&asked.column), choices)
            })
            .collect();
        let line = SortLine {
            value: one.value.clone(),
            under: one
                .under
                .iter()
                .map(|u| f.named(u))
                .collect::<Vec<_>>()
                .join(", "),
            rows: f.lang.several(f.t.n_records, as_size(one.rows)),
            guessed: one.asks.iter().any(|a| a.guess.is_some()),
            asks,
        };
        match all.iter_mut().find(|s| s.kind == one.kind) {
            Some(sorting) => sorting.lines.push(line),
            None => all.push(Sorting {
                kind: one.kind.clone(),
                href: f.to(&format!("/evidence/{}", segment(&one.kind))),
                column: f.named(&one.column),
                by: kind
                    .sorts
                    .as_ref()
                    .map_or(String::new(), |s| f.named(&s.by)),
                lines: vec![line],
            }),
        }
    }
    all
}

fn name(f: &Frame, of: &UnknownName) -> NameLine {
    NameLine {
        kind: of.kind.clone(),
        name: of.name.clone(),
        rows: f.lang.several(
            f.t.n_records,
            usize::try_from(of.rows).unwrap_or(usize::MAX),
        ),
        nearest: of.nearest.clone(),
    }
}

fn said(problem: &Problem, lang: Lang) -> Said {
    let place = match (problem.row, problem.column.as_str()) {
        (0, _) => problem.file.clone(),
        (row, "") => format!("{}:{row}", problem.file),
        (row, column) => format!("{}:{row} {column}", problem.file),
    };
    Said {
        shape: if problem.severity == "error" {
            "short"
        } else {
            "unknown"
        },
        slip: Slip::said(&problem.code, &problem.message, &problem.help, lang),
        place,
    }
}

fn file(f: &Frame, vocabulary: &Vocabulary, import: &Import, at: usize) -> FileLine {
    let t = f.t;
    let empty = FilePreview::default();
    let preview = import.preview.as_ref();
    let of = preview.and_then(|p| p.files.get(at)).unwrap_or(&empty);
    let mut fields: Vec<&str> = vec![];
    if let Some(kind) = vocabulary.kinds.get(&of.kind) {
        fields.extend(kind.fields.keys().map(String::as_str));
    }
    for name in EVERYWHERE {
        if !fields.contains(&name) {
            fields.push(name);
        }
    }
    let column = |(at, column): (usize, &app::imports::ColumnPreview)| {
        let field = column.field.clone().unwrap_or_default();
        let mut choices = vec![Choice::new("", t.not_read, field.is_empty())];
        choices.extend(
            fields
                .iter()
                .map(|name| Choice::new(*name, f.named(name), *name == field)),
        );
        ColumnLine {
            at,
            header: column.header.clone(),
            field: if field.is_empty() {
                String::new()
            } else {
                f.named(&field)
            },
            choices,
        }
    };
    let choice = &of.choice;
    let by_itself = |chosen: bool| Choice::new("", t.by_itself, chosen);
    let could_open = if of.no_opening.is_empty() {
        vec![]
    } else {
        of.could_open.clone()
    };
    let mut opening = vec![];
    if !could_open.is_empty() || of.first_seen || choice.opening.is_some() {
        let chosen = |is: &OpeningChoice| choice.opening.as_ref() == Some(is);
        opening.push(by_itself(choice.opening.is_none()));
        let mut columns = of.could_open.clone();
        if let Some(OpeningChoice::Column(column)) = &choice.opening
            && !columns.contains(column)
        {
            columns.push(column.clone());
        }
        opening.extend(columns.into_iter().map(|column| {
            let value = format!("column:{column}");
            let is = chosen(&OpeningChoice::Column(column.clone()));
            Choice::new(value, column, is)
        }));
        if of.first_seen || chosen(&OpeningChoice::FirstSeen) {
            let is = chosen(&OpeningChoice::FirstSeen);
            opening.push(Choice::new("first-seen", t.first_seen, is));
        }
    }
    FileLine {
        at,
        name: of.file.clone(),
        kind: f.named(&of.kind),
        rows: fill(
            t.file_rows,
            &[
                ("read", &big(f, of.read)),
                ("accepted", &big(f, of.accepted)),
                ("refused", &big(f, of.refused)),
            ],
        ),
        columns: of.columns.iter().enumerate().map(column).collect(),
        remembered: of.remembered.then(|| of.mapping.clone()),
        could_open,
        decimal: vec![
            by_itself(choice.decimal.is_none()),
            Choice::new(
                "point",
                "1,500.25",
                choice.decimal == Some(DecimalChoice::Point),
            ),
            Choice::new(
                "comma",
                "1.500,25",
                choice.decimal == Some(DecimalChoice::Comma),
            ),
        ],
        days: vec![
            by_itself(choice.days.is_none()),
            Choice::new(
                "day-first",
                t.day_first,
                choice.days == Some(DayChoice::DayFirst),
            ),
            Choice::new(
                "month-first",
                t.month_first,
                choice.days == Some(DayChoice::MonthFirst),
            ),
        ],
        encoding: vec![
            by_itself(choice.encoding.is_none()),
            Choice::new(
                "utf-8",
                "UTF-8",
                choice.encoding == Some(EncodingChoice::Utf8),
            ),
            Choice::new(
                "windows-1252",
                "Windows-1252",
                choice.encoding == Some(EncodingChoice::Windows1252),
            ),
        ],
        opening,
        currency: choice.currency.clone().unwrap_or_default(),
        left_out: import.options.leave_out.contains(&of.file),
    }
}

impl PreviewPage {
    /// Does a row say where it is from? One that was written by hand, and one that would be withdrawn, is from no file.
    fn has_places(&self) -> bool {
        self.rows.iter().any(|row| !row.place.is_empty())
    }
}

fn row(of: &RowPreview, f: &Frame) -> RowLine {
    RowLine {
        kind: f.named(&of.kind),
        place: if of.file.is_empty() {
            String::new()
        } else {
            format!("{}:{}", of.file, of.row)
        },
        cells: of
            .cells
            .iter()
            .take(CELLS)
            .map(|(column, text)| (f.named(column), text.clone()))
            .collect(),
        differs: of
            .differs
            .iter()
            .map(|(column, a, b)| (f.named(column), a.clone(), b.clone()))
            .collect(),
        problems: of
            .problems
            .iter()
            .map(|p| Slip::said(&p.code, &p.message, &p.help, f.lang))
            .collect(),
    }
}

/// How many rows of each group an import has.
fn groups(preview: &Preview) -> [(Group, u64); 7] {
    let total = preview.total();
    let refused = &preview.refused;
    [
        (Group::Added, total.added),
        (Group::Superseded, total.superseded),
        (
            Group::Refused,
            refused.new + refused.again + refused.changed,
        ),
        (Group::Withdrawn, total.withdrawn),
        (Group::Older, total.older),
        (Group::Earlier, total.earlier),
        (Group::Unchanged, total.unchanged),
    ]
}

/// The group that is shown where none is chosen: the first that has a row.
pub fn first_group(import: &Import) -> Group {
    let empty = Preview::default();
    let mut all = groups(import.preview.as_ref().unwrap_or(&empty)).into_iter();
    all.find(|(_, count)| *count > 0)
        .map_or(Group::Added, |(group, _)| group)
}

fn news(f: &Frame, import: &Import, shown: &Preview) -> String {
    let t = f.t;
    let refused = groups(shown)[2].1;
    let read: u64 = shown.files.iter().map(|f| f.read).sum();
    match import.state {
        State::Previewed if shown.is_idle() => t.import_idle.to_owned(),
        State::Previewed => fill(
            t.import_news,
            &[
                ("read", &f.lang.several(t.n_rows_read, as_size(read))),
                ("taken", &big(f, read.saturating_sub(refused))),
                ("refused", &big(f, refused)),
            ],
        ),
        State::Confirmed => t.import_confirmed.to_owned(),
        State::Undone => t.import_undone.to_owned(),
        State::Discarded => t.import_discarded.to_owned(),
        State::Failed => t.import_failed.to_owned(),
        State::Receiving => t.import_receiving.to_owned(),
    }
}

fn as_size(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

fn programs(f: &Frame, library: &Library, import: &Import) -> Vec<Choice> {
    let chosen = import.options.program.as_deref().unwrap_or_default();
    let mut all = vec![Choice::new("", f.t.program_unsaid, chosen.is_empty())];
    for id in library.programs() {
        let edition = library
            .governing(id, f.today)
            .or_else(|| library.editions_of(id).last().copied());
        if let Some(edition) = edition.filter(|e| !e.is_library()) {
            all.push(Choice::new(id, &edition.title, id == chosen));
        }
    }
    all
}

/// What an import would change.
pub fn preview(
    f: Frame,
    library: &Library,
    import: &Import,
    group: Group,
    rows: &Rows,
    may_undo: bool,
) -> PreviewPage {
    let title = f.t.import;
    let f = f.at(Here::Import, title);
    let t = f.t;
    let empty = Preview::default();
    let shown = import.preview.as_ref().unwrap_or(&empty);
    let total = shown.total();
    let counted = groups(shown);
    let refused = counted[2].1;
    let figure = |label: &str, n: u64, note: &str| (label.to_owned(), big(&f, n), note.to_owned());
    let path = format!("/import/{}", segment(&import.id));
    let word = |group: Group| match group {
        Group::Added => t.group_added,
        Group::Superseded => t.group_changed,
        Group::Unchanged => t.group_known,
        Group::Older => t.group_older,
        Group::Earlier => t.group_earlier,
        Group::Withdrawn => t.group_withdrawn,
        Group::Refused => t.refused,
    };
    let tabs = counted
        .into_iter()
        .filter(|(of, count)| *count > 0 || *of == group && !shown.files.is_empty())
        .map(|(of, count)| Link {
            href: f.links.with(&path, &[("group", of.name())]),
            text: format!("{} {}", word(of), big(&f, count)),
            current: of == group,
        })
        .collect();
    let is_open = import.state.is_open() && f.may_import;
    let whole = shown.kinds.iter().map(|(kind, counts)| {
        let text = match counts.missing + counts.withdrawn {
            0 => f.named(kind),
            n => format!(
                "{}, {}",
                f.named(kind),
                f.lang.several(t.n_missing, as_size(n))
            ),
        };
        Choice::new(kind, text, import.options.whole.contains(kind))
    });
    let mut files: Vec<FileLine> = (0..shown.files.len())
        .map(|at| file(&f, &library.vocabulary, import, at))
        .collect();
    // A file that is left out is no longer read, and can be taken in again.
    let out = import.options.leave_out.iter();
    for name in out.filter(|n| shown.files.iter().all(|f| f.file != **n)) {
        let at = files.len();
        let mut line = file(&f, &library.vocabulary, import, usize::MAX);
        (line.at, line.name, line.left_out) = (at, name.clone(), true);
        (line.kind, line.rows) = (String::new(), t.left_out_file.to_owned());
        files.push(line);
    }
    PreviewPage {
        trouble: Trouble::default(),
        import: import.id.clone(),
        version: import.version,
        sub: names_of(&f, import),
        mark: state(&f, import.state),
        news: news(&f, import, shown),
        figures: if shown.files.is_empty() {
            vec![]
        } else {
            vec![
                figure(t.group_added, total.added, ""),
                figure(t.group_changed, total.superseded, t.old_kept),
                figure(t.group_known, total.unchanged, t.nothing_to_do),
                figure(t.refused, refused, t.refused_kept),
            ]
        },
        hindrances: shown.hindrances.iter().map(|p| said(p, f.lang)).collect(),
        problems: shown
            .problems
            .iter()
            .take(LISTED)
            .map(|p| said(p, f.lang))
            .collect(),
        files,
        kinds: shown
            .kinds
            .iter()
            .map(|(kind, c)| {
                (
                    f.named(kind),
                    [c.added, c.superseded, c.unchanged, c.withdrawn].map(|n| big(&f, n)),
                )
            })
            .collect(),
        whole: whole.collect(),
        programs: programs(&f, library, import),
        names: shown.names.iter().map(|n| name(&f, n)).collect(),
        entries: if is_open {
            entries(&library.vocabulary, &shown.names)
        } else {
            vec![]
        },
        sorting: if is_open {
            sorting(&f, &library.vocabulary, &shown.unsorted)
        } else {
            vec![]
        },
        groups: tabs,
        rows: rows.rows.iter().map(|r| row(r, &f)).collect(),
        next: rows.next.map(|next| {
            f.links.with(
                &path,
                &[("group", group.name()), ("from", &next.to_string())],
            )
        }),
        can_read: is_open,
        can_confirm: import.state == State::Previewed
            && shown.hindrances.is_empty()
            && !(shown.is_idle() && refused == 0)
            && f.may_import,
        confirm: f.lang.several(
            t.confirm_rows,
            as_size(total.added + total.superseded + total.withdrawn),
        ),
        can_discard: is_open,
        can_undo: import.state == State::Confirmed && may_undo,
        to_mend: import.state == State::Confirmed && refused > 0,
        f,
    }
}
