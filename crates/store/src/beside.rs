//! What stands beside the evidence and may name a person: texts, files that wait to be read, roles, invitations, mail, answers
//! that are kept for a while. Listed here so that whoever shows or erases a person reaches all of it.

use sqlx::AssertSqlSafe;

use crate::db::{StoreError, Tx, on};

/// How much there is of an account beside its row, in rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AccountTraces {
    /// Mails to its address that are not forgotten yet.
    pub mails: i64,
    /// Views that it saved.
    pub views: i64,
    /// Notices to it.
    pub notices: i64,
    /// Links to it, and invitations that it made.
    pub links: i64,
    /// Open tasks that it owns, at all partners.
    pub open_tasks: i64,
    /// Changes that the audit log has of it.
    pub changes: i64,
}

/// A column whose texts may name a person of the partner that its row is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named {
    /// What a row is, in words: `task`.
    pub what: &'static str,
    /// The table.
    pub table: &'static str,
    /// The column that tells rows of a partner apart, as far as that is needed to find one again.
    pub id: &'static str,
    /// The column.
    pub column: &'static str,
    /// Was it written by people, for people? Then only people can tell whom it means.
    pub is_free: bool,
    /// Is it JSON?
    pub is_json: bool,
}

const fn text(
    what: &'static str,
    table: &'static str,
    id: &'static str,
    column: &'static str,
) -> Named {
    Named {
        what,
        table,
        id,
        column,
        is_free: false,
        is_json: false,
    }
}

const fn free(
    what: &'static str,
    table: &'static str,
    id: &'static str,
    column: &'static str,
) -> Named {
    Named {
        is_free: true,
        ..text(what, table, id, column)
    }
}

const fn json(
    what: &'static str,
    table: &'static str,
    id: &'static str,
    column: &'static str,
) -> Named {
    Named {
        is_json: true,
        ..text(what, table, id, column)
    }
}

/// All of them, but for plans and tasks, which have verbs of their own. Whoever adds a table that is of a partner and takes texts
/// adds its columns here.
pub const NAMED: &[Named] = &[
    json("import", "imports", "import", "preview"),
    json("import", "imports", "import", "options"),
    text("import", "imports", "import", "path"),
    text("import", "import_files", "import", "name"),
    // By its columns a row is found, so that they come last.
    json("mapping", "import_mappings", "columns", "said"),
    json("mapping", "import_mappings", "columns", "columns"),
    text("name", "import_names", "spelled", "name"),
    text("name", "import_names", "spelled", "becomes"),
    text("rating", "rating_requests", "request", "customer"),
    text("rating", "rating_requests", "request", "person"),
    free("rating", "rating_requests", "request", "comment"),
    free("rating", "rating_requests", "request", "reason"),
    free("comment", "comments", "comment", "body"),
    free("view", "saved_views", "view", "name"),
    free("view", "saved_views", "view", "query"),
    free("document", "documents", "document", "name"),
    free("share", "shares", "share", "note"),
    free("feed", "feeds", "feed", "note"),
    json("settings", "partner_settings", "partner", "holidays"),
    json("settings", "partner_settings", "partner", "forms"),
    json("event", "hook_events", "event", "body"),
    json("event", "hook_standings", "program", "standing"),
];

/// A text of such a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beside {
    /// The column.
    pub of: &'static Named,
    /// The partner of its row; empty where it is of several.
    pub partner: String,
    /// The id of its row.
    pub id: String,
    /// The text.
    pub text: String,
}

/// A mail that waits or was sent, as far as it may name a person.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct MailText {
    /// Its id.
    pub mail: String,
    /// To whom it is.
    pub email: String,
    /// What it is about.
    pub subject: String,
    /// What it says.
    pub body: String,
    /// Was it sent, or is it one that tells news? Others are needed to sign in.
    pub may_go: bool,
}

impl Tx {
    /// The texts beside a partner's evidence, and those of imports of several. The transaction must see everybody's rows.
    pub async fn texts_beside(&mut self, partner: &str) -> Result<Vec<Beside>, StoreError> {
        let mut all = vec![];
        for of in NAMED {
            // Names of the product's own tables, never a text from elsewhere.
            let sql = format!(
                "select partner, cast({} as text), {} from {} where partner in ($1, '') and {} is not null",
                of.id, of.column, of.table, of.column
            );
            let rows: Vec<(String, String, String)> = on!(self, c => sqlx::query_as(AssertSqlSafe(sql))
                .bind(partner)
                .fetch_all(c)
                .await?);
            all.extend(rows.into_iter().map(|(partner, id, text)| Beside {
                of,
                partner,
                id,
                text,
            }));
        }
        Ok(all)
    }

    /// Puts another text in the place of one.
    pub async fn put_beside(&mut self, old: &Beside, text: &str) -> Result<(), StoreError> {
        let Named {
            table, id, column, ..
        } = old.of;
        let sql = format!(
            "update {table} set {column} = $1 where partner = $2 and cast({id} as text) = $3 and {column} = $4"
        );
        on!(self, c => sqlx::query(AssertSqlSafe(sql))
            .bind(text)
            .bind(&old.partner)
            .bind(&old.id)
            .bind(&old.text)
            .execute(c)
            .await
            .map(|_| ())?);
        Ok(())
    }

    /// How many roles and invitations say that their account is a person of a partner's evidence.
    pub async fn count_accounts_of(
        &mut self,
        partner: &str,
        person: &str,
    ) -> Result<i64, StoreError> {
        Ok(on!(self, c => sqlx::query_scalar("
            select (select count(*) from grants where partner = $1 and person = $2)
                 + (select count(*) from links where partner = $1 and person = $2)
        ")
        .bind(partner)
        .bind(person)
        .fetch_one(c)
        .await?))
    }

    /// Says of no account any more that it is a person of a partner's evidence: roles that are only for such, whose name is
    /// given, go, and so do invitations.
    pub async fn part_accounts_from(
        &mut self,
        partner: &str,
        person: &str,
        only_own: &str,
    ) -> Result<(), StoreError> {
        for sql in [
            "delete from links where partner = $1 and person = $2 and $3 = $3",
            "delete from grants where partner = $1 and person = $2 and role = $3",
            "update grants set person = null where partner = $1 and person = $2 and $3 = $3",
        ] {
            on!(self, c => sqlx::query(sql)
                .bind(partner)
                .bind(person)
                .bind(only_own)
                .execute(c)
                .await
                .map(|_| ())?);
        }
        Ok(())
    }

    /// All mail that is kept.
    pub async fn mail_texts(&mut self) -> Result<Vec<MailText>, StoreError> {
        Ok(on!(self, c => sqlx::query_as("
            select mail, email, subject, body, (sent is not null or kind = 'notice') as may_go
            from mails
            order by mail
        ")
        .fetch_all(c)
        .await?))
    }

    /// Puts other texts into a mail.
    pub async fn put_mail_text(
        &mut self,
        mail: &str,
        subject: &str,
        body: &str,
    ) -> Result<(), StoreError> {
        on!(self, c => sqlx::query("
            update mails
            set subject = $2,
                body = $3
            where mail = $1
        ")
        .bind(mail)
        .bind(subject)
        .bind(body)
        .execute(c)
        .await
        .map(|_| ())?);
        Ok(())
    }

    /// The answers that are kept for whoever asks twice: account, key and body.
    pub async fn replies(&mut self) -> Result<Vec<(String, String, Vec<u8>)>, StoreError> {
        Ok(on!(self, c => sqlx::query_as("
            select account, key, body
            from replies
            order by account, key
        ")
        .fetch_all(c)
        .await?))
    }

    /// Forgets an answer.
    pub async fn delete_reply(&mut self, account: &str, key: &str) -> Result<(), StoreError> {
        on!(self, c => sqlx::query("
            delete from replies
            where account = $1
              and key = $2
        ")
        .bind(account)
        .bind(key)
        .execute(c)
        .await
        .map(|_| ())?);
        Ok(())
    }

    /// The documents of a partner that belong to records with these keys: kind and key.
    pub async fn documents_at(
        &mut self,
        partner: &str,
        kind: &str,
        key: &str,
    ) -> Result<Vec<String>, StoreError> {
        let rows: Vec<(String,)> = on!(self, c => sqlx::query_as("
            select document
            from documents
            where partner = $1
              and kind = $2
              and key = $3
        ")
        .bind(partner)
        .bind(kind)
        .bind(key)
        .fetch_all(c)
        .await?);
        Ok(rows.into_iter().map(|(document,)| document).collect())
    }

    /// Deletes a document with its bytes.
    pub async fn erase_document(&mut self, document: &str) -> Result<(), StoreError> {
        self.carry_out(
            &[
                "delete from document_parts where document = $1",
                "delete from documents where document = $1",
            ],
            document,
        )
        .await
    }

    /// Carries out statements, one after the other, each with the same text in its one place.
    async fn carry_out(&mut self, statements: &[&'static str], of: &str) -> Result<(), StoreError> {
        for sql in statements {
            on!(self, c => sqlx::query(*sql)
                .bind(of)
                .execute(c)
                .await
                .map(|_| ())?);
        }
        Ok(())
    }

    /// The imports of a partner, and those of several, of which something that was handed in is still there.
    pub async fn spooled(&mut self, partner: &str) -> Result<Vec<String>, StoreError> {
        let rows: Vec<(String,)> = on!(self, c => sqlx::query_as("
            select distinct import
            from import_pieces
            where partner in ($1, '')
            order by import
        ")
        .bind(partner)
        .fetch_all(c)
        .await?);
        Ok(rows.into_iter().map(|(import,)| import).collect())
    }

    /// How much there is of an account beside its row: what erasing it takes, and what stays under its id.
    pub async fn account_traces(&mut self, account: &str) -> Result<AccountTraces, StoreError> {
        let mut counts = [0_i64; 6];
        for (count, sql) in counts.iter_mut().zip([
            "
            select count(*)
            from mails
            where lower(email) = (select address from accounts where account = $1)
            ",
            "select count(*) from saved_views where account = $1",
            "select count(*) from notices where account = $1",
            "select count(*) from links where account = $1 or by = $1",
            "select count(*) from tasks where owner = $1 and state = 'open'",
            "select count(*) from changes where actor = $1",
        ]) {
            let (found,): (i64,) = on!(self, c => sqlx::query_as(sql)
                .bind(account)
                .fetch_one(c)
                .await?);
            *count = found;
        }
        let [mails, views, notices, links, open_tasks, changes] = counts;
        Ok(AccountTraces {
            mails,
            views,
            notices,
            links,
            open_tasks,
            changes,
        })
    }

    /// Takes all from an account that says who has it: address, name, password, second factor, sessions, tokens, links and
    /// roles. Its row stays under its id, for the audit log names that.
    pub async fn erase_account(&mut self, account: &str) -> Result<(), StoreError> {
        let address: Option<(String,)> = on!(self, c => sqlx::query_as("
            select address
            from accounts
            where account = $1
        ")
        .bind(account)
        .fetch_optional(c)
        .await?);
        let Some((address,)) = address else {
            return Ok(());
        };
        self.carry_out(&["delete from mails where lower(email) = $1"], &address)
            .await?;
        self.carry_out(
            &[
                "
            update accounts
            set address = 'erased-' || account,
                email = 'erased-' || account,
                name = '',
                state = 'disabled',
                password = null,
                factor = null,
                factor_on = null
            where account = $1
            ",
                "delete from sessions where account = $1",
                "delete from tokens where account = $1",
                "delete from recovery_codes where account = $1",
                "delete from identities where account = $1",
                "delete from links where account = $1 or by = $1",
                "delete from grants where account = $1",
                "delete from replies where account = $1",
                "delete from saved_views where account = $1",
                "delete from seen where account = $1",
                "delete from notice_choices where account = $1",
                "delete from notices where account = $1",
            ],
            account,
        )
        .await
    }
}
