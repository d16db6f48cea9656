//! Taking a person out of facts that stay: other texts stand in place of theirs, and the seals of before stay behind.

use crate::db::{StoreError, Tx, on};
use crate::facts::Fact;

impl Tx {
    /// Puts other texts into a fact. Its seal stays, so that the chain holds; its nonce goes, so that nobody can guess what it
    /// was sealed over.
    pub async fn erase_in_fact(
        &mut self,
        fact: &Fact,
        key: &str,
        cells: Option<&str>,
        source: &str,
    ) -> Result<(), StoreError> {
        on!(self, c => sqlx::query("
            update facts
            set key = $2,
                cells = $3,
                source = $4,
                nonce = null,
                seal = $5
            where fact = $1
        ")
        .bind(fact.fact)
        .bind(key)
        .bind(cells)
        .bind(source)
        .bind(fact.sealed())
        .execute(c)
        .await
        .map(|_| ())?);
        Ok(())
    }
}
