//! Files that belong to records: a signed plan beside its sign-off, a case study beside its reference.
//!
//! What a file is, its first bytes say, never its name. It is handed out to be saved, never to be run.

use domain::diagnostic::{Diagnostic, Place};
use domain::instant::Instant;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use store::DocumentRow;

use crate::access::{Actor, Verb};
use crate::links::fresh_id;
use crate::office::{Done, Office};
use crate::records::key_text;
use crate::refusal::Refusal;
use crate::tasks::checked_text;

/// A file has at most so many bytes.
pub const LARGEST: usize = 20 * 1024 * 1024;
/// The files of a partner have at most so many bytes together.
const ALL: i64 = 2 * 1024 * 1024 * 1024;

/// A file that belongs to a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its id.
    pub document: String,
    /// The kind of the record.
    pub kind: String,
    /// The key of the record, in the order of its kind.
    pub key: Vec<String>,
    /// What it is called.
    pub name: String,
    /// What it is, as a type of the internet.
    pub media: String,
    /// How many bytes it has.
    pub size: usize,
    /// Which account attached it.
    pub by: String,
    /// When.
    pub at: Instant,
}

/// What a file is by its first bytes: its type, and how its name ends; `None` where it is nothing that is taken.
pub fn media_of(bytes: &[u8]) -> Option<(&'static str, &'static [&'static str])> {
    let begins = |with: &[u8]| bytes.starts_with(with);
    let holds = |part: &str| {
        let head = &bytes[..bytes.len().min(64 * 1024)];
        head.windows(part.len()).any(|w| w == part.as_bytes())
    };
    Some(match bytes {
        _ if begins(b"%PDF-") => ("application/pdf", &["pdf"]),
        _ if begins(b"\x89PNG\r\n\x1a\n") => ("image/png", &["png"]),
        _ if begins(b"\xff\xd8\xff") => ("image/jpeg", &["jpg", "jpeg"]),
        _ if begins(b"PK\x03\x04") && holds("word/") => (
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            &["docx"],
        ),
        _ if begins(b"PK\x03\x04") && holds("xl/") => (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            &["xlsx"],
        ),
        _ if begins(b"PK\x03\x04") && holds("ppt/") => (
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            &["pptx"],
        ),
        _ if begins(b"PK\x03\x04") && holds("mimetypeapplication/vnd.oasis.opendocument") => {
            ("application/vnd.oasis.opendocument", &["odt", "ods", "odp"])
        }
        _ if !bytes.is_empty()
            && std::str::from_utf8(bytes)
                .is_ok_and(|t| !t.chars().any(|c| c.is_control() && !c.is_whitespace())) =>
        {
            ("text/plain; charset=utf-8", &["txt", "csv", "md", "eml"])
        }
        _ => return None,
    })
}

/// The name of a file as it is kept: without a folder before it, ending as what the file is.
fn name_of(name: &str, endings: &[&str]) -> Result<String, Refusal> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let name: String = last.chars().filter(|c| !c.is_control()).collect();
    let mut name = checked_text(&name, "name", 200, false)?;
    if name.is_empty() {
        name = "document".to_owned();
    }
    let ending = name.rsplit_once('.').map(|(_, e)| e.to_lowercase());
    if !ending.is_some_and(|e| endings.contains(&&*e)) {
        name = format!("{name}.{}", endings[0]);
    }
    Ok(name)
}

impl Office {
    /// Attaches a file to a record of a partner.
    pub async fn attach(
        &self,
        actor: &Actor,
        partner: &str,
        version: i64,
        name: &str,
        bytes: &[u8],
    ) -> Result<Done<Document>, Refusal> {
        actor.permit_own(Verb::EditEvidence, partner)?;
        let record = self.record(actor, partner, version).await?;
        let slip = |code, message: String, help: &str| {
            Refusal::from(Diagnostic::error(code, message, Place::file(name)).help(help))
        };
        if bytes.len() > LARGEST {
            return Err(slip(
                "too-large",
                format!("the file has more than {} MiB", LARGEST / 1024 / 1024),
                "attach a smaller one, or a link to where it is",
            ));
        }
        let Some((media, endings)) = media_of(bytes) else {
            return Err(slip(
                "unknown-file",
                "the file is nothing that can be attached".to_owned(),
                "a PDF, a picture (PNG, JPEG), a document, sheet or slides of an office suite, or plain text",
            ));
        };
        let name = name_of(name, endings)?;
        let row = DocumentRow {
            document: fresh_id('d'),
            partner: partner.to_owned(),
            kind: record.kind.clone(),
            key: key_text(&record.key.iter().map(String::as_str).collect::<Vec<_>>()),
            name,
            r#type: media.to_owned(),
            size: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
            digest: Sha256::digest(bytes).to_vec(),
            by: actor.account.clone(),
            at: self.now().0,
        };
        let scope = actor.scope();
        let mut tx = self.store.write(&scope).await?;
        if tx.documents_size(partner).await? + row.size > ALL {
            return Err(slip(
                "no-room",
                "the files of this partner have 2 GiB together, and this one has no room"
                    .to_owned(),
                "remove files that nobody needs any more",
            ));
        }
        tx.insert_document(&row, bytes).await?;
        let subject = format!("document {}", row.document);
        let digest: String = row.digest.iter().map(|b| format!("{b:02x}")).collect();
        let detail = json!({ "kind": row.kind, "version": record.version, "bytes": row.size, "sha256": digest });
        let new = self.change(actor, "attach", Some(partner), subject, detail);
        let change = tx.append(&scope, new, &[]).await?.change;
        tx.commit().await?;
        Ok(Done {
            value: document_of(row),
            change,
        })
    }

    /// The files of a record, oldest first.
    pub async fn documents_of(
        &self,
        actor: &Actor,
        partner: &str,
        version: i64,
    ) -> Result<Vec<Document>, Refusal> {
        let record = self.record(actor, partner, version).await?;
        let key = key_text(&record.key.iter().map(String::as_str).collect::<Vec<_>>());
        let mut tx = self.read(actor).await?;
        let rows = tx.documents(partner, &record.kind).await?.into_iter();
        Ok(rows.filter(|r| r.key == key).map(document_of).collect())
    }

    /// The files of all records of a kind, oldest first, for whoever sees all of them.
    pub async fn documents(
        &self,
        actor: &Actor,
        partner: &str,
        kind: &str,
    ) -> Result<Vec<Document>, Refusal> {
        actor.permit(Verb::ReadEvidence, partner)?;
        let mut tx = self.read(actor).await?;
        let rows = tx.documents(partner, kind).await?;
        Ok(rows.into_iter().map(document_of).collect())
    }

    async fn own_document(
        &self,
        actor: &Actor,
        partner: &str,
        document: &str,
    ) -> Result<DocumentRow, Refusal> {
        let may = actor.permit_own(Verb::ReadEvidence, partner)?;
        let missing = || Refusal::no("document", document);
        let mut tx = self.read(actor).await?;
        let row = tx.document(partner, document).await?.ok_or_else(missing)?;
        if may != crate::access::May::Yes {
            // Whose record it is, only the record says.
            let fact = tx.standing_with_key(partner, &row.kind, &row.key).await?;
            drop(tx);
            let fact = fact.ok_or_else(missing)?;
            let seen = self.record(actor, partner, fact.fact).await;
            seen.map_err(|_| missing())?;
        }
        Ok(row)
    }

    /// A file with its bytes. Whoever hands it on says that it is to be saved, whatever it is.
    pub async fn document(
        &self,
        actor: &Actor,
        partner: &str,
        document: &str,
    ) -> Result<(Document, Vec<u8>), Refusal> {
        let row = self.own_document(actor, partner, document).await?;
        let mut tx = self.read(actor).await?;
        let bytes = tx.document_bytes(partner, document).await?;
        if Sha256::digest(&bytes).as_slice() != row.digest {
            return Err(Refusal::Store(store::StoreError::Row {
                table: "documents",
                key: row.document,
                why: "its bytes are not the ones that were attached".to_owned(),
            }));
        }
        Ok((document_of(row), bytes))
    }

    /// Removes a file with its bytes.
    pub async fn detach(
        &self,
        actor: &Actor,
        partner: &str,
        document: &str,
    ) -> Result<i64, Refusal> {
        actor.permit_own(Verb::EditEvidence, partner)?;
        self.own_document(actor, partner, document).await?;
        let scope = actor.scope();
        let mut tx = self.store.write(&scope).await?;
        if !tx.remove_document(partner, document, self.now()).await? {
            return Err(Refusal::no("document", document));
        }
        let subject = format!("document {document}");
        let new = self.change(actor, "detach", Some(partner), subject, json!({}));
        let change = tx.append(&scope, new, &[]).await?.change;
        tx.commit().await?;
        Ok(change)
    }
}

fn document_of(row: DocumentRow) -> Document {
    Document {
        document: row.document,
        key: crate::records::key_parts(&row.key),
        kind: row.kind,
        name: row.name,
        media: row.r#type,
        size: usize::try_from(row.size).unwrap_or(0),
        by: row.by,
        at: Instant(row.at),
    }
}
