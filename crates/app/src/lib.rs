//! The product's verbs, once for all interfaces.
//!
//! The only place where "now" and "who" enter. Each verb takes what it needs, returns plain
//! values that every interface shows in its own way, and prints nothing.

pub mod access;
pub mod accounts;
pub mod assessment;
pub mod audit;
pub mod backup;
pub mod clock;
pub mod companies;
pub mod decisions;
pub mod demo;
pub mod differences;
pub mod digest;
pub mod documents;
pub mod edit;
pub mod editor;
pub mod evaluate;
pub mod everyone;
pub mod evidence;
pub mod explain;
pub mod export;
pub mod feeds;
pub mod forecast;
pub mod hooks;
pub mod import;
pub mod imports;
pub mod kinds;
pub mod leavers;
mod links;
pub mod locale;
pub mod missing;
pub mod news;
pub mod notices;
pub mod odds;
pub mod office;
pub mod overview;
pub mod persons;
pub mod plan;
pub mod population;
pub mod programs;
pub mod proposals;
pub mod question;
pub mod queue;
pub mod ratings;
pub mod reconcile;
pub mod records;
pub mod refusal;
pub mod retention;
pub mod same_person;
pub mod scorecard;
pub mod search;
pub mod settings;
pub mod shares;
pub mod since;
pub mod tasks;
pub mod texts;
pub mod timeline;
pub mod verify;
pub mod warm;
pub mod wire;
pub mod words;

pub use domain;
pub use exchange;
pub use links::LinkSecret;
pub use store;
