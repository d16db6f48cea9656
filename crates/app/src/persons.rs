//! What is known of a person: shown, handed out, and taken away on request.
//!
//! Erasing leaves every fact where it is and puts a pseudonym in place of whatever names the person, so that counts, standings
//! and the chain of seals stay what they were. Which columns name somebody is said by the vocabulary (`personal`); texts that
//! may name somebody in passing are listed, for only people can read them. What stands beside the evidence is reached as well:
//! tasks, comments, documents, imports with files that wait to be read, mail. Accounts are erased by themselves.

use std::collections::BTreeSet;

use domain::vocabulary::{FieldType, Kind};
use serde_json::{Value, json};
use store::{Decision, Fact, REFUSED, Scope, Tx};

use crate::access::{Actor, Role, Verb};
use crate::imports::State;
use crate::office::{Done, Office};
use crate::records::{self, Cells, EVERYBODY};
use crate::refusal::Refusal;
use crate::warm::learned_at;

/// The verb of the change that erases; whoever sees it reads all facts anew.
const ERASE: &str = "erase-person";

/// A person of a partner's evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The id.
    pub person: String,
    /// What they are called, where their record says.
    pub name: String,
    /// How many records that stand are theirs.
    pub records: usize,
}

/// Something that was said of a person, now or earlier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The fact.
    pub version: i64,
    /// The change that wrote it.
    pub change: i64,
    /// When it was learned.
    pub at: domain::instant::Instant,
    /// Its kind.
    pub kind: String,
    /// Does it stand?
    pub stands: bool,
    /// What it says; nothing where it withdraws.
    pub cells: Cells,
    /// Where it is from, in words.
    pub source: String,
}

/// A text in which a person may be named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Where: `record 12`, `decision 40`, `plan 50`, `task t…`.
    pub place: String,
    /// The kind of the record; empty for anything else.
    pub kind: String,
    /// The column.
    pub column: String,
    /// The text.
    pub text: String,
}

/// All that is known of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// The id that was asked for.
    pub person: String,
    /// Names and addresses by which they are known, beside the id.
    pub names: Vec<String>,
    /// Names and addresses that others have as well, so that a text with one may mean either.
    pub shared: Vec<String>,
    /// What was said of them, oldest first.
    pub records: Vec<Told>,
    /// Texts in which they may be named.
    pub mentions: Vec<Mention>,
}

/// That a person was erased.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Erased {
    /// What stands in place of the id and of every name and address.
    pub pseudonym: String,
    /// In how many facts, those that no longer stand among them.
    pub facts: i64,
    /// In how many decisions.
    pub decisions: i64,
    /// In how many plans.
    pub plans: i64,
    /// In how many tasks.
    pub tasks: i64,
    /// Texts in which they may still be named, for somebody to look at.
    pub mentions: Vec<Mention>,
}

/// Whom is looked for, and by which texts.
struct Sought {
    person: String,
    /// Names and addresses that are theirs alone, in lower case.
    names: BTreeSet<String>,
    /// Those that others have too, in lower case.
    shared: BTreeSet<String>,
}

fn plain(text: &str) -> String {
    text.trim().to_lowercase()
}

impl Office {
    /// The persons of a partner's evidence, by id.
    pub async fn persons(&self, actor: &Actor, partner: &str) -> Result<Vec<Person>, Refusal> {
        actor.permit(Verb::ManagePersons, partner)?;
        let facts = self.read(actor).await?.facts_of(partner, i64::MAX).await?;
        let replaced = replaced(&facts);
        let mut found: std::collections::BTreeMap<String, Person> = Default::default();
        for fact in facts.iter().filter(|f| f.cells.is_some()) {
            let cells = cells_of(fact);
            let Some(kind) = self.kind_of(fact) else {
                continue;
            };
            for (name, text) in &cells {
                if !is_person(kind, name) {
                    continue;
                }
                let person = found.entry(text.clone()).or_insert_with(|| Person {
                    person: text.clone(),
                    name: String::new(),
                    records: 0,
                });
                if !replaced.contains(&fact.fact) {
                    person.records += 1;
                    let first = kind.fields.values().find(|f| f.personal);
                    let called = first.and_then(|f| cells.iter().find(|(n, _)| *n == f.name));
                    if let (Some((_, called)), true) = (called, kind.key == [name.as_str()]) {
                        person.name.clone_from(called);
                    }
                }
            }
        }
        Ok(found.into_values().collect())
    }

    /// All that is known of a person: what was said of them, now and earlier, and texts in which they may be named.
    pub async fn person(
        &self,
        actor: &Actor,
        partner: &str,
        person: &str,
    ) -> Result<Known, Refusal> {
        actor.permit(Verb::ManagePersons, partner)?;
        let mut tx = self.read(actor).await?;
        let facts = self.facts_about(&mut tx, partner).await?;
        let sought = self.sought(&facts, person)?;
        let replaced = replaced(&facts);
        let mut known = Known {
            person: person.to_owned(),
            ..Known::default()
        };
        for fact in &facts {
            let (_, _, touched) = self.without(&sought, fact, "");
            if !touched {
                continue;
            }
            let change = tx.change(fact.change).await?;
            known.records.push(Told {
                version: fact.fact,
                change: fact.change,
                at: change
                    .as_ref()
                    .map_or(domain::instant::Instant(0), learned_at),
                kind: fact.kind.clone(),
                stands: fact.cells.is_some() && !replaced.contains(&fact.fact),
                cells: cells_of(fact),
                source: fact.source.clone(),
            });
        }
        known.mentions = self.mentions(&mut tx, partner, &facts, &sought).await?;
        let beside = self.beside(partner, &sought, true).await?;
        known.mentions.extend(beside);
        known.names = sought.names.into_iter().collect();
        known.shared = sought.shared.into_iter().collect();
        Ok(known)
    }

    /// Takes a person out of all that a partner's evidence says, now and earlier. A pseudonym stands in place of the id and of
    /// every name and address. With `texts`, it also stands in the texts that name them; those in which it may be somebody
    /// else are only listed.
    pub async fn erase_person(
        &self,
        actor: &Actor,
        partner: &str,
        person: &str,
        texts: bool,
    ) -> Result<Done<Erased>, Refusal> {
        actor.permit(Verb::ManagePersons, partner)?;
        // Somebody may be named by what is of nobody's or of several: mail, files of several that wait. Only what names them is
        // touched.
        let scope = Scope::All;
        let mut tx = self.store.write(&scope).await?;
        tx.lock_changes().await?;
        let facts = self.facts_about(&mut tx, partner).await?;
        let sought = self.sought(&facts, person)?;
        let mut erased = Erased {
            pseudonym: format!("person-{:016x}", rand::random::<u64>()),
            ..Erased::default()
        };
        for fact in &facts {
            let (key, mut cells, mut touched) = self.without(&sought, fact, &erased.pseudonym);
            let mut source = fact.source.clone();
            if texts {
                let of_key = |name: &str| {
                    let kind = self.kind_of(fact);
                    kind.is_some_and(|k| k.key.iter().any(|column| column == name))
                };
                let free = cells.iter_mut().filter(|(name, _)| !of_key(name));
                for text in free.map(|(_, text)| text).chain([&mut source]) {
                    let other = sought.replaced_in(text, &erased.pseudonym);
                    touched |= other != *text;
                    *text = other;
                }
            }
            if touched {
                // A document of their record is about them.
                for document in tx
                    .documents_at(&fact.partner, &fact.kind, &fact.key)
                    .await?
                {
                    tx.erase_document(&document).await?;
                }
                let cells = fact.cells.is_some().then(|| records::cells_text(&cells));
                tx.erase_in_fact(fact, &key, cells.as_deref(), &source)
                    .await?;
                erased.facts += 1;
            }
        }
        for decision in &all_decisions(&mut tx, partner).await? {
            let reason = sought.replaced_in(&decision.reason, &erased.pseudonym);
            let answer = sought.replaced_in(&decision.answer, &erased.pseudonym);
            if texts && (reason != decision.reason || answer != decision.answer) {
                tx.erase_in_decision(decision, &reason, &answer).await?;
                erased.decisions += 1;
            }
        }
        self.erase_in_plans(&mut tx, partner, &sought, texts, &mut erased)
            .await?;
        let names = sought.names.iter().cloned();
        let names: Vec<String> = names.chain([plain(&sought.person)]).collect();
        tx.erase_beside(partner, &sought.person, &names).await?;
        let given_up = self
            .erase_texts(&mut tx, partner, &sought, &erased.pseudonym, texts)
            .await?;
        let facts = self.facts_about(&mut tx, partner).await?;
        erased.mentions = self.mentions(&mut tx, partner, &facts, &sought).await?;
        let subject = format!("person {}", erased.pseudonym);
        let detail = json!({ "facts": erased.facts, "decisions": erased.decisions, "plans": erased.plans, "tasks": erased.tasks, "texts": texts });
        let new = self.change(actor, ERASE, Some(partner), subject, detail);
        let changed = tx.append(&scope, new, &[]).await?;
        tx.commit().await?;
        self.store.scrub().await?;
        given_up.iter().for_each(|import| self.forget_read(import));
        erased
            .mentions
            .extend(self.beside(partner, &sought, false).await?);
        self.take_over().await?;
        Ok(Done {
            value: erased,
            change: changed.change,
        })
    }

    /// Puts the pseudonym into the steps of plans, and into what tasks are called and closed by: the product itself wrote the
    /// person there. Notes of tasks are texts.
    async fn erase_in_plans(
        &self,
        tx: &mut Tx,
        partner: &str,
        sought: &Sought,
        texts: bool,
        erased: &mut Erased,
    ) -> Result<(), Refusal> {
        for plan in tx.plans(partner).await? {
            let mut says: Value = serde_json::from_str(&plan.says).unwrap_or_default();
            if sought.replace_in_json(&mut says, &erased.pseudonym) {
                tx.erase_in_plan(&plan, &says.to_string()).await?;
                erased.plans += 1;
            }
        }
        for task in tx.tasks(partner, true).await? {
            let mut next = task.clone();
            let mut cells: Value = serde_json::from_str(&task.cells).unwrap_or_default();
            if sought.replace_in_json(&mut cells, &erased.pseudonym) {
                next.cells = cells.to_string();
            }
            next.title = sought.replaced_in(&task.title, &erased.pseudonym);
            if texts {
                next.note = sought.replaced_in(&task.note, &erased.pseudonym);
            }
            if next != task {
                next.version += 1;
                tx.put_task(&next).await?;
                erased.tasks += 1;
            }
        }
        Ok(())
    }

    /// Takes a person out of the texts beside the evidence; of those that people wrote, only with `texts`. Returns the imports
    /// that were given up, for what was handed in names them or cannot be looked into.
    async fn erase_texts(
        &self,
        tx: &mut Tx,
        partner: &str,
        sought: &Sought,
        pseudonym: &str,
        texts: bool,
    ) -> Result<Vec<String>, Refusal> {
        let mut given_up = vec![];
        for import in tx.spooled(partner).await? {
            if sought.may_be_handed_in(tx, &import).await? {
                tx.remove_pieces(&import).await?;
                if let Some(mut row) = tx.import(&import).await? {
                    row.state = State::Discarded.name().to_owned();
                    row.changed_at = self.now();
                    tx.step_import(&row).await?;
                }
                given_up.push(import);
            }
        }
        for old in tx.texts_beside(partner).await? {
            if old.of.is_free && !texts {
                continue;
            }
            let new = match old.of.is_json {
                true => sought.replaced_in_json(&old.text, pseudonym),
                false => sought.replaced_in(&old.text, pseudonym),
            };
            if new != old.text {
                tx.put_beside(&old, &new).await?;
            }
        }
        tx.part_accounts_from(partner, &sought.person, Role::Contributor.name())
            .await?;
        let alone = sought.unmistakable();
        for mail in tx.mail_texts().await? {
            let subject = alone.replaced_in(&mail.subject, pseudonym);
            let body = alone.replaced_in(&mail.body, pseudonym);
            if mail.may_go && alone.names.contains(&plain(&mail.email)) {
                tx.delete_mail(&mail.mail).await?;
            } else if subject != mail.subject || body != mail.body {
                tx.put_mail_text(&mail.mail, &subject, &body).await?;
            }
        }
        for (account, key, body) in tx.replies().await? {
            if alone.may_be_in(&String::from_utf8_lossy(&body)) {
                tx.delete_reply(&account, &key).await?;
            }
        }
        Ok(given_up)
    }

    /// Texts beside the evidence in which a person may be named. Those that a machine wrote are put right by erasing, and are
    /// told of only where all is asked for.
    async fn beside(
        &self,
        partner: &str,
        sought: &Sought,
        all: bool,
    ) -> Result<Vec<Mention>, Refusal> {
        let mut tx = self.store.read(&Scope::All).await?;
        let mut found = vec![];
        for text in tx.texts_beside(partner).await? {
            let named = match text.of.is_json {
                true => sought.replaced_in_json(&text.text, "\u{0}") != text.text,
                false => sought.may_be_in(&text.text),
            };
            // What is of several may be others' as well: it is put right, and shown to nobody.
            if named && (all || text.of.is_free) && text.partner == partner {
                let place = format!("{} {}", text.of.what, text.id);
                found.push(mention(place, text.of.column, text.text));
            }
        }
        if !all {
            return Ok(found);
        }
        for import in tx.spooled(partner).await? {
            let row = tx.import(&import).await?;
            if row.is_some_and(|row| row.partner == partner)
                && sought.may_be_handed_in(&mut tx, &import).await?
            {
                let names = tx.import_files(&import).await?;
                let names: Vec<String> = names.into_iter().map(|f| f.name).collect();
                let place = format!("import {import}");
                found.push(mention(place, "files", names.join(", ")));
            }
        }
        let accounts = tx.count_accounts_of(partner, &sought.person).await?;
        if accounts > 0 {
            let place = format!("partner {partner}");
            found.push(mention(place, "accounts", accounts.to_string()));
        }
        let alone = sought.unmistakable();
        for mail in tx.mail_texts().await? {
            if alone.names.contains(&plain(&mail.email)) {
                found.push(mention(
                    format!("mail {}", mail.mail),
                    "email",
                    mail.subject,
                ));
            }
        }
        Ok(found)
    }

    /// The facts of a partner, and the refused rows that may be anybody's.
    async fn facts_about(&self, tx: &mut Tx, partner: &str) -> Result<Vec<Fact>, Refusal> {
        let mut facts = tx.facts_of(partner, i64::MAX).await?;
        let of_all = tx.facts_of(EVERYBODY, i64::MAX).await?;
        facts.extend(of_all.into_iter().filter(|f| f.kind == REFUSED));
        Ok(facts)
    }

    fn kind_of(&self, fact: &Fact) -> Option<&Kind> {
        self.programs.vocabulary().kinds.get(&fact.kind)
    }

    /// The names and addresses of a person, if anything is theirs.
    fn sought(&self, facts: &[Fact], person: &str) -> Result<Sought, Refusal> {
        let (mut names, mut others, mut is_there) = (BTreeSet::new(), BTreeSet::new(), false);
        for fact in facts {
            let Some(kind) = self.kind_of(fact) else {
                continue;
            };
            let cells = cells_of(fact);
            let holder = kind.holder();
            let of = |name: &str, text: &str| holder == Some(name) && text == person;
            let own = cells.iter().any(|(name, text)| of(name, text));
            let keys = records::key_parts(&fact.key);
            is_there |= own
                || kind
                    .key
                    .iter()
                    .zip(&keys)
                    .any(|(name, text)| of(name, text));
            for (name, text) in &cells {
                let personal = kind.fields.get(name).is_some_and(|f| f.personal);
                is_there |= personal && plain(text) == plain(person);
                if personal && holder.is_some() && !text.trim().is_empty() {
                    match own {
                        true => names.insert(plain(text)),
                        false => others.insert(plain(text)),
                    };
                }
            }
        }
        if !is_there || person.trim().is_empty() {
            return Err(Refusal::no("person", person));
        }
        names.remove(&plain(person));
        let shared = names.intersection(&others).cloned().collect();
        names.retain(|name| !others.contains(name));
        Ok(Sought {
            person: person.to_owned(),
            names,
            shared,
        })
    }

    /// Key and cells of a fact with a pseudonym in place of a person, and whether that changes anything.
    fn without(&self, sought: &Sought, fact: &Fact, pseudonym: &str) -> (String, Cells, bool) {
        let mut cells = cells_of(fact);
        let mut touched = false;
        if fact.kind == REFUSED {
            for (_, text) in &mut cells {
                let other = sought.replaced_in(text, pseudonym);
                touched |= other != *text;
                *text = other;
            }
            return (fact.key.clone(), cells, touched);
        }
        let kind = self.kind_of(fact);
        let own = kind.and_then(Kind::holder).is_some_and(|holder| {
            let mut cells = cells.iter();
            cells.any(|(name, text)| name == holder && *text == sought.person)
        });
        let goes = |name: &str, text: &str| {
            let Some(kind) = kind else {
                // The vocabulary no longer says what it is: a text that is all theirs is taken for theirs.
                return text == sought.person || sought.names.contains(&plain(text));
            };
            let personal = kind.fields.get(name).is_some_and(|f| f.personal);
            is_person(kind, name) && text == sought.person || personal && (own || sought.is(text))
        };
        for (name, text) in &mut cells {
            if goes(name, text) {
                pseudonym.clone_into(text);
                touched = true;
            }
        }
        let mut parts = records::key_parts(&fact.key);
        let names = kind.map(|k| k.key.as_slice()).unwrap_or_default();
        let mut other_key = false;
        for (at, part) in parts.iter_mut().enumerate() {
            if goes(names.get(at).map_or("", String::as_str), part) {
                pseudonym.clone_into(part);
                other_key = true;
            }
        }
        let key = match other_key {
            true => records::key_text(&parts.iter().map(String::as_str).collect::<Vec<_>>()),
            false => fact.key.clone(),
        };
        (key, cells, touched || other_key)
    }

    /// Texts in which a person may be named, beside the columns that name persons.
    async fn mentions(
        &self,
        tx: &mut Tx,
        partner: &str,
        facts: &[Fact],
        sought: &Sought,
    ) -> Result<Vec<Mention>, Refusal> {
        let mut found = vec![];
        for fact in facts {
            let kind = self.kind_of(fact);
            let is_free = |name: &str| match kind.and_then(|k| k.fields.get(name)) {
                Some(field) => !field.personal && !matches!(field.kind, FieldType::Id(_)),
                None => true,
            };
            let cells = cells_of(fact);
            let source = ("source".to_owned(), fact.source.clone());
            for (name, text) in cells.iter().chain([&source]) {
                if is_free(name) && sought.may_be_in(text) {
                    found.push(Mention {
                        place: format!("record {}", fact.fact),
                        kind: fact.kind.clone(),
                        column: name.clone(),
                        text: text.clone(),
                    });
                }
            }
        }
        for decision in all_decisions(tx, partner).await? {
            for (column, text) in [("reason", &decision.reason), ("answer", &decision.answer)] {
                if sought.may_be_in(text) {
                    found.push(Mention {
                        place: format!("decision {}", decision.decision),
                        kind: String::new(),
                        column: column.to_owned(),
                        text: text.clone(),
                    });
                }
            }
        }
        for plan in tx.plans(partner).await? {
            let says: Value = serde_json::from_str(&plan.says).unwrap_or_default();
            for step in says["steps"].as_array().into_iter().flatten() {
                let text = |key: &str| step[key].as_str().unwrap_or_default().to_owned();
                let text = [text("title"), text("whom"), text("id")].join(" ");
                if sought.may_be_in(&text) {
                    found.push(mention(format!("plan {}", plan.plan), "steps", text));
                }
            }
        }
        for task in tx.tasks(partner, true).await? {
            for (column, text) in [("title", task.title), ("note", task.note)] {
                if sought.may_be_in(&text) {
                    found.push(mention(format!("task {}", task.task), column, text));
                }
            }
        }
        Ok(found)
    }
}

fn mention(place: String, column: &str, text: String) -> Mention {
    Mention {
        place,
        kind: String::new(),
        column: column.to_owned(),
        text,
    }
}

impl Sought {
    /// Puts the pseudonym into each text of a JSON value; says whether that changed anything.
    fn replace_in_json(&self, value: &mut Value, pseudonym: &str) -> bool {
        match value {
            Value::String(text) if self.is(text) => {
                pseudonym.clone_into(text);
                true
            }
            Value::String(text) => {
                let other = self.replaced_in(text, pseudonym);
                let touched = other != *text;
                *text = other;
                touched
            }
            Value::Array(list) => list.iter_mut().fold(false, |touched, of| {
                self.replace_in_json(of, pseudonym) | touched
            }),
            Value::Object(object) => {
                let mut touched = false;
                for (key, mut of) in std::mem::take(object) {
                    touched |= self.replace_in_json(&mut of, pseudonym);
                    let other = self.replaced_in(&key, pseudonym);
                    touched |= other != key;
                    object.insert(other, of);
                }
                touched
            }
            _ => false,
        }
    }

    /// The same by the names that nobody takes for anything else, for what is of no partner: addresses, and names of several
    /// words.
    fn unmistakable(&self) -> Sought {
        let is_plain = |name: &&String| name.contains('@') || name.trim().contains(' ');
        Sought {
            person: String::new(),
            names: self.names.iter().filter(is_plain).cloned().collect(),
            shared: BTreeSet::new(),
        }
    }

    /// May a file that was handed in name them? Of one that is packed nobody knows.
    async fn may_be_handed_in(&self, tx: &mut Tx, import: &str) -> Result<bool, Refusal> {
        // So many bytes are longer than any name.
        const OVERLAP: usize = 1_000;
        for file in tx.import_files(import).await? {
            let mut rest: Vec<u8> = vec![];
            let mut piece = 0;
            while let Some(bytes) = tx.piece(import, file.file, piece).await? {
                if piece == 0
                    && [&b"PK"[..], b"PAR1", &[0x1f, 0x8b]]
                        .iter()
                        .any(|m| bytes.starts_with(m))
                {
                    return Ok(true);
                }
                rest.extend_from_slice(&bytes);
                let other: String = rest.iter().map(|b| char::from(*b)).collect();
                if self.may_be_in(&String::from_utf8_lossy(&rest)) || self.may_be_in(&other) {
                    return Ok(true);
                }
                rest.drain(..rest.len().saturating_sub(OVERLAP));
                piece += 1;
            }
        }
        Ok(false)
    }

    /// A JSON text with something else in place of what names them alone.
    fn replaced_in_json(&self, text: &str, pseudonym: &str) -> String {
        let Ok(mut value) = serde_json::from_str::<Value>(text) else {
            return self.replaced_in(text, pseudonym);
        };
        match self.replace_in_json(&mut value, pseudonym) {
            true => value.to_string(),
            false => text.to_owned(),
        }
    }

    /// Is a text theirs, whole?
    fn is(&self, text: &str) -> bool {
        let text = plain(text);
        text == plain(&self.person) || self.names.contains(&text)
    }

    /// May a text name them, perhaps beside others?
    fn may_be_in(&self, text: &str) -> bool {
        let mut shared = self.shared.iter();
        self.replaced_in(text, "\u{0}") != text
            || shared.any(|name| replace(text, name, "\u{0}").is_some())
    }

    /// A text with something else in place of what names them alone, word by word.
    fn replaced_in(&self, text: &str, pseudonym: &str) -> String {
        let mut text = text.to_owned();
        // The longest first, so that an address goes before the id that is a part of it.
        let id = plain(&self.person);
        let mut names: Vec<&String> = self.names.iter().chain([&id]).collect();
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        for name in names {
            if let Some(other) = replace(&text, name, pseudonym) {
                text = other;
            }
        }
        text
    }
}

/// A text with something else in place of a name, which is in lower case, where it stands as words of its own; `None` where
/// it does not.
fn replace(text: &str, name: &str, other: &str) -> Option<String> {
    // One or two letters stand in any text.
    if name.chars().count() < 3 {
        return None;
    }
    let wanted: Vec<char> = name.chars().collect();
    let letters: Vec<(usize, char)> = text.char_indices().collect();
    let is_word = |at: Option<&(usize, char)>| at.is_some_and(|(_, c)| c.is_alphanumeric());
    let same = |a: char, b: char| a == b || a.to_lowercase().eq(b.to_lowercase());
    let (mut found, mut at, mut copied) = (String::new(), 0, 0);
    while at + wanted.len() <= letters.len() {
        let here = &letters[at..at + wanted.len()];
        let matches = here.iter().zip(&wanted).all(|((_, a), b)| same(*a, *b))
            && !(at > 0 && is_word(letters.get(at - 1)))
            && !is_word(letters.get(at + wanted.len()));
        if matches {
            found.push_str(&text[copied..here[0].0]);
            found.push_str(other);
            at += wanted.len();
            copied = letters.get(at).map_or(text.len(), |(byte, _)| *byte);
        } else {
            at += 1;
        }
    }
    if copied == 0 && found.is_empty() {
        return None;
    }
    found.push_str(&text[copied..]);
    Some(found)
}

fn is_person(kind: &Kind, column: &str) -> bool {
    let field = kind.fields.get(column);
    field.is_some_and(|f| f.kind == FieldType::Id("person".into()))
}

fn cells_of(fact: &Fact) -> Cells {
    fact.cells
        .as_deref()
        .map(records::cells_of)
        .unwrap_or_default()
}

fn replaced(facts: &[Fact]) -> BTreeSet<i64> {
    facts.iter().filter_map(|f| f.replaces).collect()
}

async fn all_decisions(tx: &mut Tx, partner: &str) -> Result<Vec<Decision>, Refusal> {
    Ok(tx.decisions(partner, None, None, i64::MAX).await?)
}

/// All that is known of a person, for machines to read: what somebody is handed who asks for it.
pub fn as_json(known: &Known) -> Value {
    let cells = |cells: &Cells| {
        let texts = cells.iter().map(|(n, t)| (n.clone(), json!(t)));
        Value::Object(texts.collect())
    };
    json!({
        "person": known.person,
        "names": known.names,
        "records": known.records.iter().map(|r| json!({
            "version": r.version,
            "kind": r.kind,
            "stands": r.stands,
            "learned_at": r.at.to_string(),
            "says": cells(&r.cells),
            "source": r.source,
        })).collect::<Vec<_>>(),
        "mentions": known.mentions.iter().map(|m| json!({
            "place": m.place,
            "kind": m.kind,
            "column": m.column,
            "text": m.text,
        })).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_replaced_as_words_of_its_own() {
        let with = |text: &str| replace(text, "ann", "X");
        assert_eq!(with("Ann and Anna, ann"), Some("X and Anna, X".to_owned()));
        assert_eq!(with("Joanne"), None);
        assert_eq!(with(""), None);
        assert_eq!(
            replace("write to ANN@EXAMPLE.org.", "ann@example.org", "X"),
            Some("write to X.".to_owned())
        );
        assert_eq!(replace("al is here", "al", "X"), None);
        assert_eq!(replace("Zoë Ünal!", "zoë ünal", "X"), Some("X!".to_owned()));
    }
}
