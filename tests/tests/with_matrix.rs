//! Each macro with a body inside each other one, in every kind of function, left in every way: `?`, `return`,
//! `break 'label value`, `continue 'label`, and the end. The code is written by `build.rs`.
//!
//! What is checked: what the function gives, that the exits ran before that, once, the inner one
//! first, and what they were told.
#![forbid(unsafe_code)]
#![allow(clippy::unit_arg)] // a function of the matrix may return nothing

use std::cell::RefCell;
use std::fmt;
use std::process::{ExitCode, Termination};

use taipan::prelude::*;
use taipan::stream::Stream;
use taipan_tests::Log;

include!(concat!(env!("OUT_DIR"), "/matrix.rs"));

/// One function of the matrix.
struct Cell {
    name: &'static str,
    /// What it returns.
    kind: &'static str,
    /// The exits that it notes, in their order.
    exits: &'static [&'static str],
    run: fn(How, &Log) -> String,
}

/// How the innermost body is left.
#[derive(Clone, Copy, Debug, PartialEq)]
enum How {
    Question,
    Return,
    Break,
    Continue,
    End,
}

/// An error of the function's own.
#[derive(Debug)]
struct Own;

#[derive(Debug)]
struct Cause;

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cause")
    }
}

impl std::error::Error for Cause {}

impl fmt::Display for Own {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("own")
    }
}

impl From<Cause> for Own {
    fn from(_: Cause) -> Own {
        Own
    }
}

/// A resource that notes what its exit is told.
struct Noted(Log, &'static str);

impl Resource for Noted {
    type Exit = ();

    async fn exit(self, outcome: Outcome) {
        note_exit(self.0, self.1, outcome).await;
    }
}

async fn note_exit(log: Log, level: &'static str, outcome: Outcome) {
    yield_now().await;
    log.add(format!("{level}:{outcome:?}"));
}

thread_local! {
    /// What the function returned, where it is no value: `main`, and what returns `()`.
    static NOTED: RefCell<Option<u32>> = const { RefCell::new(None) };
    /// How to leave `main`, which takes no arguments.
    static START: RefCell<Option<(How, Log)>> = const { RefCell::new(None) };
}

fn note(n: u32) {
    NOTED.set(Some(n));
}

fn start() -> (How, Log) {
    START.take().expect("the test says how")
}

/// Runs `main`, on this thread.
fn started(how: How, log: &Log, main: fn() -> ExitCode) -> String {
    START.set(Some((how, log.clone())));
    match (main(), NOTED.take()) {
        (ExitCode::SUCCESS, Some(n)) => n.to_string(),
        (code, n) => {
            assert_eq!((code, n), (ExitCode::FAILURE, None));
            "failed".to_owned()
        }
    }
}

/// What `main` gives in the place of a number.
struct Number;

fn number(n: u32) -> Number {
    note(n);
    Number
}

impl Termination for Number {
    fn report(self) -> ExitCode {
        ExitCode::SUCCESS
    }
}

/// What a function has given, in words.
fn told(given: impl Told) -> String {
    given.told()
}

trait Told {
    fn told(self) -> String;
}

impl Told for u32 {
    fn told(self) -> String {
        self.to_string()
    }
}

impl Told for () {
    fn told(self) -> String {
        // `spawn` may have noted it on another thread.
        String::new()
    }
}

impl<E: fmt::Display> Told for Result<u32, E> {
    fn told(self) -> String {
        self.map_or_else(|_| "failed".to_owned(), |n| n.to_string())
    }
}

impl Told for Option<u32> {
    fn told(self) -> String {
        self.map_or("failed".to_owned(), |n| n.to_string())
    }
}

/// Where a generator leaves what a function would return.
fn give(given: &Log, n: u32) {
    given.add(n.to_string());
}

/// What a generator has given, in words; its items say only whether it failed.
async fn told_all<T: Told>(items: impl Stream<Item = T>, given: &Log) -> String {
    let mut last = None;
    async_for!(for item in items {
        assert_ne!(last.as_deref(), Some("failed"), "an error is the last item");
        last = Some(item.told());
    });
    last.filter(|last| last == "failed").unwrap_or_else(|| given.get())
}

#[test]
fn every_way_out_acts_on_the_function() {
    for cell in MATRIX {
        for (how, given) in [
            (How::Question, "failed"),
            (How::Return, "1"),
            (How::Break, "12"),
            (How::Continue, "23"),
            (How::End, "13"),
        ] {
            if cell.kind == "unit" && how == How::Question {
                continue; // there is nothing that `?` could return
            }
            let log = Log::new();
            let found = (cell.run)(how, &log);
            let is_noted = found.is_empty();
            assert!(is_noted || found == given, "{} left by {how:?} gave {found}", cell.name);
            let outcome = if how == How::Question { "Failed" } else { "Returned" };
            let rounds = if how == How::Continue { 2 } else { 1 };
            let round: Vec<_> =
                cell.exits.iter().map(|level| format!("{level}:{outcome}")).collect();
            let wanted = vec![round; rounds].concat().join(" ");
            assert_eq!(log.get(), wanted, "exits of {} left by {how:?}", cell.name);
        }
    }
}
