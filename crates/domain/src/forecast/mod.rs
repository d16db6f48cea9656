//! What happens next, by the records at hand: a forecast is another type than a fact.
//!
//! [`falls`] says on which day a requirement drops below what a level needs if nothing new happens, [`leavers`] what
//! one person's leaving would cost, [`odds`] how likely open opportunities carry a count or a sum by a day. None of
//! them adds a fact to anything, and none is read by an evaluation.

pub mod falls;
pub mod leavers;
pub mod odds;
