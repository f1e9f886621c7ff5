//! rustfmt formats the macros: mis-formatted code (`fmt/*.in.rs`), a file for each macro, with all the forms that
//! stand in the first column of the table of macros, becomes what is expected (`fmt/*.out.rs`). What is expected is
//! compiled here, and formatting it again changes nothing.
//!
//! The forms that are no Rust expressions are left as they are typed, and never broken (`fmt/left_alone.rs`).
#![forbid(unsafe_code)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The code as rustfmt would have it, with the settings of the workspace; `None` if there is no rustfmt.
fn formatted(code: &str) -> Option<String> {
    let rustfmt = std::env::var_os("RUSTFMT").unwrap_or_else(|| "rustfmt".into());
    let mut rustfmt = Command::new(rustfmt);
    rustfmt.args(["--edition", "2024", "--config-path"]).arg(folder().join("../.."));
    let rustfmt = rustfmt.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let Ok(mut running) = rustfmt.spawn() else {
        eprintln!("SKIPPED: no rustfmt (rustup component add rustfmt)");
        return None;
    };
    let mut input = running.stdin.take().expect("it is piped");
    input.write_all(code.as_bytes()).expect("rustfmt reads");
    drop(input);
    let output = running.wait_with_output().expect("rustfmt ends");
    let error = String::from_utf8_lossy(&output.stderr);
    // It has been seen to panic in a macro, to say so, and to end well.
    assert!(output.status.success() && error.is_empty(), "rustfmt: {error}");
    Some(String::from_utf8(output.stdout).expect("code is text"))
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fmt")
}

fn check(name: &str) {
    let read = |name: String| {
        let path = folder().join(name);
        std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
    };
    let (typed, expected) = (read(format!("{name}.in.rs")), read(format!("{name}.out.rs")));
    if let Some(formatted) = formatted(&typed) {
        assert_ne!(typed, expected, "nothing is to be formatted");
        assert_eq!(formatted, expected, "of what is typed");
        assert_eq!(self::formatted(&expected).as_ref(), Some(&expected), "of what is formatted");
    }
}

/// A module of what is expected, so that it is compiled, and a test.
macro_rules! forms {
    ($($name:ident in $file:literal)*) => {
        $(#[allow(dead_code)] #[path = $file] mod $name;)*

        mod is_formatted {
            $(#[test] fn $name() { super::check(stringify!($name)); })*
        }

        /// Every file in the folder, as it is called there.
        const FILES: &[&str] = &[$($file),*];
    };
}

forms! {
    async_for in "../fmt/async_for.out.rs"
    attributes in "../fmt/attributes.out.rs"
    finally in "../fmt/finally.out.rs"
    gather in "../fmt/gather.out.rs"
    race in "../fmt/race.out.rs"
    select in "../fmt/select.out.rs"
    sleep in "../fmt/sleep.out.rs"
    stream in "../fmt/stream.out.rs"
    task_group in "../fmt/task_group.out.rs"
    timeout in "../fmt/timeout.out.rs"
    try_gather in "../fmt/try_gather.out.rs"
    with in "../fmt/with.out.rs"
}

#[allow(dead_code)]
#[path = "../fmt/left_alone.rs"]
mod left_alone;

#[test]
fn what_is_no_expression_is_left_alone() {
    let code = std::fs::read_to_string(folder().join("left_alone.rs")).expect("it is there");
    if let Some(formatted) = formatted(&code) {
        assert_eq!(formatted, code);
    }
}

#[test]
fn every_file_is_checked() {
    for entry in folder().read_dir().expect("the folder is there") {
        let name = entry.expect("it can be read to its end").file_name();
        let name = name.to_str().expect("a name in letters");
        let expected = format!("../fmt/{}", name.replace(".in.rs", ".out.rs"));
        assert!(name == "left_alone.rs" || FILES.contains(&&*expected), "{name} is not checked");
    }
}
