//! Everything true of the business without a computer: calendar, money, programs, evidence, evaluation.
//!
//! No IO, no clock, no async, no SQL, no HTTP, and no float for money. A value is a
//! pure function of (facts, edition, day, known-at).

#![deny(
    clippy::disallowed_methods,
    reason = "no clock and no environment decide a verdict"
)]
#![deny(
    clippy::float_arithmetic,
    reason = "amounts and shares are exact; a picture or a likeness says that it is one"
)]

pub mod answers;
pub mod business;
pub mod calendar;
pub mod cases;
pub mod cash;
pub mod compile;
pub mod cost;
pub mod course;
pub mod coverage;
pub mod diagnostic;
pub mod diff;
pub mod engine;
pub mod evidence;
pub mod explain;
pub mod expressions;
pub mod figures;
pub mod forecast;
pub mod freeze;
pub mod instant;
pub mod intake;
pub mod ledger;
pub mod library;
pub mod lifecycle;
pub mod likeness;
pub mod lint;
pub mod model;
pub mod number;
pub mod plan;
pub mod points;
pub mod program;
pub mod reconcile;
pub mod reference;
pub mod report;
pub mod routes;
pub mod schema;
pub mod source;
pub mod standing;
pub mod status;
pub mod suppose;
pub mod syntax;
pub mod timeline;
pub mod translation;
pub mod vocabulary;
pub mod wording;
