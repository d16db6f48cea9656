//! A migration is compiled in, so that a new one must compile the crate anew.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
