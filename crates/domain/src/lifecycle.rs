//! placeholder until written below
use crate::calendar::Day;
use crate::engine::Run;
/// x
pub fn projected(run: &Run<'_>, partner: usize, day: Day) -> Option<String> {
    let e = crate::status::enrollments(
        &run.engine.ledger,
        partner,
        &run.compiled.edition.program,
        None,
    );
    crate::status::holding(&e, day).and_then(|e| e.level.clone())
}
