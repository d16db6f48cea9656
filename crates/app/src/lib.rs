//! app

pub mod demo;
