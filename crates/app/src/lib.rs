//! app

pub mod demo;
pub mod population;
