//! What the suites of the macros with a body share: resources that note what their exits are told.
#![allow(dead_code)] // no suite uses all of it

use std::fmt;

use taipan::{Outcome, Resource, Runtime, yield_now};
use taipan_tests::Log;

/// A resource that notes `name:Outcome` in its exit, after a wait.
pub(crate) struct Noted {
    pub(crate) name: &'static str,
    pub(crate) log: Log,
}

pub(crate) fn noted(log: &Log, name: &'static str) -> Noted {
    Noted { name, log: log.clone() }
}

impl Resource for Noted {
    type Exit = ();

    async fn exit(self, outcome: Outcome) {
        yield_now().await;
        self.log.add(format!("{}:{outcome:?}", self.name));
    }
}

/// As [`Noted`], with an exit that may fail.
pub(crate) struct Fallible {
    noted: Noted,
    exit: Result<(), Lost>,
}

pub(crate) fn fallible(log: &Log, name: &'static str) -> Fallible {
    Fallible { noted: noted(log, name), exit: Ok(()) }
}

pub(crate) fn failing(log: &Log, name: &'static str) -> Fallible {
    Fallible { noted: noted(log, name), exit: Err(Lost(name)) }
}

impl Resource for Fallible {
    type Exit = Result<(), Lost>;

    async fn exit(self, outcome: Outcome) -> Self::Exit {
        self.noted.exit(outcome).await;
        self.exit
    }
}

/// The error of an exit: whose.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Lost(pub(crate) &'static str);

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "lost-{}", self.0)
    }
}

impl std::error::Error for Lost {}

/// Runs `case` on one thread, so that the order of its tasks is known, and gives its value, what it logged, and what it reported.
pub(crate) fn observe<T>(case: impl AsyncFnOnce(Log) -> T) -> (T, String, String) {
    let (log, reports) = (Log::new(), Log::new());
    let hook = {
        let reports = reports.clone();
        move |report: &taipan::Report| reports.add(report.message())
    };
    let value = Runtime::builder().threads(1).error_hook(hook).build().run(case(log.clone()));
    (value, log.get(), reports.get())
}
