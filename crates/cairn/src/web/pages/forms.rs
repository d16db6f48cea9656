//! Forms: a record of any kind, made from the vocabulary; an opportunity that moves; each error stands with its field.

use app::domain::diagnostic::Diagnostic;
use app::domain::library::Library;
use app::domain::vocabulary::{FieldType, Kind};
use app::question::Desk;
use app::refusal::Refusal;
use askama::Template;

use super::super::frame::{Frame, Here, segment};
use super::super::texts::fill;
use super::super::view::Link;
use super::work::Slip;

/// A field of a form.
#[derive(Clone, Debug, Default)]
pub struct Field {
    /// The column.
    pub name: String,
    /// What it is called.
    pub label: String,
    /// What it says now, as a file would.
    pub value: String,
    /// The type of the input: `text`, `date`.
    pub input: &'static str,
    /// What it may say, where there are few words: the word, what it is called, is it chosen.
    pub choices: Vec<(String, String, bool)>,
    /// What it may well say, where other words are possible too.
    pub suggestions: Vec<String>,
    /// Must it say something?
    pub required: bool,
    /// A line below it.
    pub help: String,
    /// What is wrong with it; empty where nothing is.
    pub error: String,
    /// The language that this is in.
    pub error_lang: &'static str,
}

/// The form of a record.
#[derive(Template)]
#[template(path = "edit.html")]
pub struct EditPage {
    /// What stands around it.
    pub f: Frame,
    /// Its kind.
    pub kind: Link,
    /// What the page is called.
    pub heading: String,
    /// Where the form goes.
    pub action: String,
    /// The version that is corrected; empty for a new record.
    pub version: String,
    /// The key of the record, as the store writes it.
    pub key: String,
    /// The fields.
    pub fields: Vec<Field>,
    /// What is wrong as a whole, and how to go on; empty where nothing is.
    pub slip: Slip,
    /// What the main button says.
    pub button: &'static str,
    /// Where to go without changing anything.
    pub back: String,
    /// Where withdrawing goes; empty for a new record.
    pub withdraw: String,
}

/// What a form is filled with, and what was wrong with it.
#[derive(Clone, Debug, Default)]
pub struct Filled {
    /// The columns and their texts.
    pub cells: Vec<(String, String)>,
    /// The version that is corrected; none for a new record.
    pub version: Option<i64>,
    /// The key of the record as the store writes it; empty for a new one.
    pub key: String,
    /// What was wrong with the last try.
    pub refused: Vec<Diagnostic>,
    /// Has somebody else changed it meanwhile?
    pub conflict: bool,
}

impl Filled {
    /// What a column says.
    pub fn text(&self, column: &str) -> &str {
        self.cells
            .iter()
            .find(|(name, _)| name == column)
            .map_or("", |(_, text)| text.as_str())
    }

    /// Takes up what can be mended in the form; anything else is given back.
    pub fn refuse(&mut self, refusal: Refusal) -> Result<(), Refusal> {
        match refusal {
            Refusal::Problems(problems) => self.refused = problems,
            Refusal::Conflict { .. } => self.conflict = true,
            other => return Err(other),
        }
        Ok(())
    }
}

/// What a form is made from: what there may be, and what there is as far as the reader may see it.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'d> {
    /// Kinds, programs and catalogs.
    pub library: &'d Library,
    /// The partner's evidence; none for those who see only what is their own.
    pub desk: Option<&'d Desk>,
}

impl<'d> From<&'d Desk> for Ground<'d> {
    fn from(desk: &'d Desk) -> Ground<'d> {
        Ground {
            library: &desk.engine.programs.library,
            desk: Some(desk),
        }
    }
}

/// The form of a new record of a kind, or of one that stands.
pub fn edit<'d>(
    ground: impl Into<Ground<'d>>,
    f: Frame,
    kind: &str,
    filled: &Filled,
) -> Result<EditPage, Diagnostic> {
    let ground = ground.into();
    let vocabulary = &ground.library.vocabulary;
    let Some(of) = vocabulary.kinds.get(kind) else {
        return Err(Diagnostic::error(
            "unknown-kind",
            format!("there is no kind of evidence `{kind}`"),
            app::domain::diagnostic::Place::default(),
        ));
    };
    let t = f.t;
    let is_new = filled.version.is_none();
    let title = fill(
        if is_new {
            t.new_record
        } else {
            t.change_record
        },
        &[("kind", &f.named(kind))],
    );
    let f = f.at(Here::Evidence, title.clone());
    let path = format!("/evidence/{}", segment(kind));
    let fields = of
        .fields
        .values()
        .map(|field| field_of(ground, &f, of, &field.name, filled))
        .collect();
    let slip = problem(&f, of, filled);
    let record = f
        .links
        .with(&format!("{path}/record"), &[("key", &filled.key)]);
    Ok(EditPage {
        kind: Link::to(f.to(if f.reads { &path } else { "/mine" }), f.named(kind)),
        heading: title,
        action: f.to(&format!("{path}/{}", if is_new { "new" } else { "edit" })),
        version: filled.version.map(|v| v.to_string()).unwrap_or_default(),
        key: filled.key.clone(),
        fields,
        slip,
        button: if is_new { t.add_record } else { t.save_changes },
        back: match (f.reads, is_new) {
            (false, _) => f.to("/mine"),
            (true, true) => f.to(&path),
            (true, false) => record,
        },
        withdraw: if is_new {
            String::new()
        } else {
            f.to(&format!("{path}/withdraw"))
        },
        f,
    })
}

/// What is wrong as a whole: what is of no field, or that somebody else was faster.
fn problem(f: &Frame, kind: &Kind, filled: &Filled) -> Slip {
    let t = f.t;
    let ours = |message: String, help: &str| Slip {
        message,
        help: help.to_owned(),
        lang: f.lang.tag(),
    };
    if filled.conflict {
        return ours(t.changed_meanwhile.to_owned(), t.changed_meanwhile_help);
    }
    let of_none = filled
        .refused
        .iter()
        .find(|p| !kind.fields.contains_key(&p.place.context));
    match (of_none, filled.refused.is_empty()) {
        (Some(problem), _) => Slip::of(problem, f.lang),
        (None, false) => ours(f.lang.several(t.n_fields_wrong, filled.refused.len()), ""),
        (None, true) => Slip::default(),
    }
}

/// A field of a kind with what it says and what is wrong with it.
fn field_of(ground: Ground<'_>, f: &Frame, kind: &Kind, name: &str, filled: &Filled) -> Field {
    let t = f.t;
    let value = filled.text(name).to_owned();
    let field = &kind.fields[name];
    let chosen = |word: &str| word == value;
    let error = filled.refused.iter().find(|p| p.place.context == name);
    let error = error.map_or_else(Slip::default, |p| Slip::of(p, f.lang));
    let mut made = Field {
        name: name.to_owned(),
        label: f.named(name),
        input: "text",
        required: field.key,
        error: format!("{} {}", error.message, error.help)
            .trim()
            .to_owned(),
        error_lang: error.lang,
        ..Field::default()
    };
    match &field.kind {
        FieldType::Date => made.input = "date",
        FieldType::YesNo => {
            made.choices = [("yes", t.yes), ("no", t.no)]
                .map(|(word, text)| (word.to_owned(), text.to_owned(), chosen(word)))
                .into();
        }
        FieldType::Word(words) if words.open => {
            made.suggestions = words.all().map(str::to_owned).collect();
        }
        FieldType::Word(words) => {
            made.choices = words
                .all()
                .map(|w| (w.to_owned(), f.named(w), chosen(w)))
                .collect();
        }
        FieldType::Number(_) | FieldType::Money(_) => made.help = t.type_number_help.to_owned(),
        FieldType::Percent => made.help = t.type_percent_help.to_owned(),
        FieldType::Country => made.help = t.type_country_help.to_owned(),
        FieldType::Catalog => made.suggestions = catalog_names(ground, &kind.name),
        FieldType::Id(of) if of == "program" => {
            made.choices = ground
                .library
                .programs()
                .into_iter()
                .map(|p| (p.to_owned(), p.to_owned(), chosen(p)))
                .collect();
            if !field.key {
                made.help = t.any_program_help.to_owned();
            }
        }
        FieldType::Id(of) => made.suggestions = known(ground, of),
        FieldType::Text | FieldType::Level | FieldType::Answer => {}
    }
    // A word that no list has stays to be seen.
    if !made.choices.is_empty()
        && !value.is_empty()
        && made.choices.iter().all(|(w, _, _)| *w != value)
    {
        made.choices.push((value.clone(), value.clone(), true));
    }
    made.value = value;
    made
}

/// The first spelling of each entry that catalogs have of a kind.
fn catalog_names(ground: Ground<'_>, kind: &str) -> Vec<String> {
    let vocabulary = &ground.library.vocabulary;
    let entries = vocabulary
        .catalogs
        .values()
        .filter_map(|c| c.entries.get(kind));
    let mut names: Vec<String> = entries
        .flat_map(|entries| {
            entries
                .iter()
                .map(|(id, e)| e.names.first().unwrap_or(id).clone())
        })
        .collect();
    names.sort();
    names.dedup();
    names.truncate(300);
    names
}

/// Ids of a sort that the partner's evidence has.
fn known(ground: Ground<'_>, of: &str) -> Vec<String> {
    let kind = match of {
        "person" => "people",
        "customer" => "customers",
        _ => return vec![],
    };
    let records = ground
        .desk
        .and_then(|desk| app::kinds::records(desk, kind).ok());
    let Some(records) = records else {
        return vec![];
    };
    let at = records.field(of);
    let mut ids: Vec<String> = super::evidence::current(&records)
        .map(|r| r.text(at).to_owned())
        .filter(|id| !id.is_empty())
        .collect();
    ids.sort();
    ids.dedup();
    ids.truncate(300);
    ids
}

/// An opportunity that moves to another stage.
#[derive(Template)]
#[template(path = "move.html")]
pub struct MovePage {
    /// What stands around it.
    pub f: Frame,
    /// What moves.
    pub heading: String,
    /// The stages: the word, what it is called, is it chosen.
    pub stages: Vec<(String, String, bool)>,
    /// The day of the launch.
    pub day: Field,
    /// Why it was lost.
    pub reason: Field,
    /// The version that moves.
    pub version: i64,
    /// Its key, as the store writes it.
    pub key: String,
    /// What is wrong as a whole, and how to go on; empty where nothing is.
    pub slip: Slip,
    /// Where to go without changing anything.
    pub back: String,
}

/// The column that says when a workload began to run.
pub const LAUNCHED_ON: &str = "launched_on";
/// The column that says why an opportunity was lost.
pub const LOST_BECAUSE: &str = "lost_because";

/// The form that moves an opportunity: launching asks the day, losing asks why.
pub fn moving(
    desk: &Desk,
    f: Frame,
    filled: &Filled,
    version: i64,
) -> Result<MovePage, Diagnostic> {
    let vocabulary = &desk.engine.ledger.evidence.vocabulary;
    let kind = &vocabulary.kinds["opportunities"];
    let t = f.t;
    let stage = filled.text("stage").to_owned();
    let stages = match kind.fields.get("stage").map(|field| &field.kind) {
        Some(FieldType::Word(words)) => words
            .all()
            .map(|w| (w.to_owned(), f.named(w), w == stage))
            .collect(),
        _ => vec![],
    };
    let customer = filled.text("customer");
    let heading = fill(
        t.move_heading,
        &[(
            "what",
            if customer.is_empty() {
                filled.text("opportunity")
            } else {
                customer
            },
        )],
    );
    let f = f.at(Here::Opportunities, heading.clone());
    let slip = problem(&f, kind, filled);
    let field = |name: &str, help: &str| {
        kind.fields.contains_key(name).then(|| {
            let mut field = field_of(desk.into(), &f, kind, name, filled);
            help.clone_into(&mut field.help);
            field
        })
    };
    Ok(MovePage {
        heading,
        stages,
        day: field(LAUNCHED_ON, t.launch_day_help).unwrap_or_default(),
        reason: field(LOST_BECAUSE, t.lost_reason_help).unwrap_or_default(),
        version,
        key: filled.key.clone(),
        slip,
        back: f
            .links
            .with("/evidence/opportunities/record", &[("key", &filled.key)]),
        f,
    })
}
