//! Misuse is an error in our words: one mistake a file, named after the mistake.
//!
//! In `fail` the words are ours, or ours stand beside rustc's; in `fail_rustc` they are rustc's alone.
//! The texts are those of one version of rustc, and are compared with that one only.
#![forbid(unsafe_code)]

use std::fs;
use std::path::Path;
use std::process::Command;

/// The compiler whose words stand in the `.stderr` files.
const RUSTC: &str = "rustc 1.95.";

#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    cases.pass("ui/*/pass/*.rs");
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let version = Command::new(rustc).arg("--version").output().expect("rustc runs");
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    if version.starts_with(RUSTC) {
        cases.compile_fail("ui/*/fail/*.rs");
        cases.compile_fail("ui/*/fail_rustc/*.rs");
    } else {
        eprintln!("SKIPPED: the messages are compared under {RUSTC}* only, and this is {version}");
    }
}

#[test]
fn half_typed_code_gives_one_error() {
    let ui = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui");
    let mut seen = 0;
    for case in fs::read_dir(ui).expect("the cases").flatten() {
        for kind in ["fail", "fail_rustc"] {
            for file in fs::read_dir(case.path().join(kind)).into_iter().flatten().flatten() {
                let (path, name) = (file.path(), file.file_name());
                let name = name.to_string_lossy();
                if !name.starts_with("half_typed") || !name.ends_with(".stderr") {
                    continue;
                }
                let messages = fs::read_to_string(&path).expect("the messages");
                let errors = messages.lines().filter(|line| line.starts_with("error")).count();
                assert_eq!(errors, 1, "{}: {messages}", path.display());
                seen += 1;
            }
        }
    }
    assert!(seen > 30, "{seen} cases");
}
