//! Keeps domain values and gives them back, on SQLite and on PostgreSQL.
//!
//! History is appended: facts and changes are never overwritten, and the present is a question about them. Knows no rule, no
//! threshold, no HTTP and no clock: each moment comes in as an argument.

mod accounts;
mod changes;
mod db;
mod facts;

pub use accounts::{
    AccountRow, AccountState, GrantRow, LinkKind, LinkRow, MailRow, Proofs, SessionRow, Stage,
    TokenRow, address_of,
};
pub use changes::{Appending, Change, Changed, Flaw, NewChange, Verified};
pub use db::{Scope, Store, StoreError, Tx};
pub use facts::{Fact, NewFact, REFUSED, Read, SUPPLIED};
