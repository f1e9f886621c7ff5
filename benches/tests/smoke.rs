//! Every workload on every contestant, once and small: that the answers are right, not how fast they come.

#![forbid(unsafe_code)]

use std::env;
use std::fs;
use std::process::{Command, Output};

/// Runs the program, once for each cell.
fn benches(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_taipan-benches"));
    command.args(["--runs", "1"]).args(args);
    command.output().expect("the program can be started")
}

/// What it prints; it must succeed.
fn printed(args: &[&str]) -> String {
    let output = benches(args);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{args:?}: {errors}");
    String::from_utf8(output.stdout).expect("it prints text")
}

// Some figures are read from /proc.
#[cfg(target_os = "linux")]
#[test]
fn every_answer_is_right() {
    let json = printed(&["--json"]);
    assert!(!json.contains("\"failed\""), "{json}");
    for contestant in ["taipan", "taipan-1", "tokio-mt", "tokio-ct", "smol", "async-std"] {
        let of_it = format!("\"contestant\":\"{contestant}\"");
        let lines = json.lines().filter(|line| line.contains(&of_it)).count();
        assert!(lines >= 40, "{contestant} has {lines} figures: {json}");
    }
}

#[test]
fn the_goals_are_told() {
    // An aim: that an unoptimised build misses it is no failure.
    let text = printed(&["--goals", "--only", "semaphore", "--against", "tokio-ct"]);
    let goal = text.lines().find(|line| line.starts_with("aim  semaphore"));
    let goal = goal.unwrap_or_else(|| panic!("no line for the goal: {text}"));
    assert!(goal.ends_with(" of 5)"), "{goal}");
}

#[test]
fn the_plot_has_a_bar_for_each_cell() {
    let path = env::temp_dir().join(format!("taipan-benches-{}.svg", std::process::id()));
    let file = path.to_str().expect("the path is text");
    printed(&["--only", "chain,yield1", "--against", "tokio-ct", "--plot", file]);
    let svg = fs::read_to_string(&path).expect("it is written");
    fs::remove_file(&path).expect("it can be removed");
    assert_eq!(svg.matches("<title>").count(), 2 * 3, "{svg}");
    assert!(svg.contains("chain on taipan-1: "), "{svg}");
    assert!(svg.trim_end().ends_with("</svg>"), "{svg}");
}

#[test]
fn what_is_unknown_is_an_error() {
    for args in [["--only", "nothing"], ["--against", "nobody"], ["--only", ""], ["--plot", ""]] {
        let output = benches(&args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(output.stdout.is_empty(), "{args:?}");
    }
}
