//! The Debian package, installed, upgraded, removed and purged for real.
#![cfg(target_os = "linux")]

use std::path::Path;
use std::process::Command;

#[test]
fn the_package_installs_serves_upgrades_and_leaves_nothing_behind() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packaging/try-deb");
    let tried = Command::new(script)
        .arg(env!("CARGO_BIN_EXE_cairn"))
        .output()
        .expect("the script runs");
    let said = String::from_utf8_lossy(&tried.stdout);
    let wrong = String::from_utf8_lossy(&tried.stderr);
    assert!(tried.status.success(), "{said}{wrong}");
    assert!(said.ends_with("== done\n"), "{said}{wrong}");
}
