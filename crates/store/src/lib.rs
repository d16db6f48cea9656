//! Keeps domain values and gives them back, on SQLite and on PostgreSQL.
//!
//! History is appended: facts and changes are never overwritten, and the present is a question about them. Knows no rule, no
//! threshold, no HTTP and no clock: each moment comes in as an argument.

mod accounts;
mod audit;
mod backup;
mod beside;
mod changes;
mod db;
mod decisions;
mod documents;
mod editions;
mod facts;
mod feeds;
mod history;
mod hooks;
mod imports;
mod notices;
mod persons;
mod plans;
mod ratings;
mod retention;
mod settings;
mod work;

pub use accounts::{
    AccountRow, AccountState, GrantRow, LinkKind, LinkRow, MailRow, Proofs, SessionRow, Stage,
    TokenRow, address_of,
};
pub use audit::{Flaw, Sought, Verified};
pub use backup::{Backed, BackupError, Restored};
pub use beside::{AccountTraces, Beside, MailText, NAMED, Named};
pub use changes::{Appending, Change, Changed, NewChange};
pub use db::{Scope, Store, StoreError, Tx};
pub use decisions::{Decision, hash_of, hex};
pub use documents::{DocumentRow, ShareRow};
pub use editions::EditionRow;
pub use facts::{Fact, NewFact, REFUSED, Read, SUPPLIED};
pub use feeds::FeedRow;
pub use history::Past;
pub use hooks::{DeliveryRow, HookEvent, HookRow, ReplyRow};
pub use imports::{ImportFile, ImportRow, MappingRow, NameRow, PIECE};
pub use notices::NoticeRow;
pub use plans::{PlanRow, PlanStepRow};
pub use ratings::RatingRow;
pub use retention::{FORGETTABLE, Forgettable};
pub use settings::{SeenRow, SettingsRow};
pub use work::{CommentRow, TaskRow, ViewRow};
