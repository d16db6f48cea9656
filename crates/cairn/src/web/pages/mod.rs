//! One module a page: what it shows as plain, formatted values, and how they are made from what `app` answers.
//!
//! Knows no rule and computes nothing of the business. Each page is made by one function over a desk, so that a handler only
//! reads its query, opens a desk and answers.

pub mod about;
pub mod ahead;
pub mod answers;
pub mod assessments;
pub mod case;
pub mod compare;
pub mod errors;
pub mod evidence;
pub mod file;
pub mod forms;
pub mod glossary;
pub mod home;
pub mod import;
pub mod kpis;
pub mod mine;
pub mod programs;
pub mod reasons;
pub mod reports;
pub mod scorecard;
pub mod search;
pub mod timeline;
pub mod welcome;
pub mod work;

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;
