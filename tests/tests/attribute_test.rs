//! `#[taipan::test]`: what stays of the function, what its values mean, and how it fails.

use std::cell::Cell;
use std::fmt;
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use taipan::time::Instant;

/// An error that cannot leave its thread.
#[derive(Debug)]
struct Local(Rc<str>);

impl fmt::Display for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Local {}

#[taipan::test]
async fn the_body_runs() {
    assert_eq!(taipan::spawn(async { 3 }).await.unwrap(), 3);
}

#[taipan::test]
async fn an_ok_passes() -> taipan::Result {
    assert_eq!(taipan::spawn(async { 3 }).await?, 3);
    Ok(())
}

#[taipan::test]
async fn a_result_need_not_be_send() -> Result<(), Local> {
    Ok(())
}

#[taipan::test]
#[should_panic(expected = "the test failed: out of reach")]
async fn an_err_fails_with_its_words() -> Result<(), Local> {
    Err(Local("out of reach".into()))
}

#[taipan::test]
#[should_panic(expected = "the test failed: no page\n  caused by: no route")]
async fn an_err_fails_with_its_sources() -> taipan::Result {
    Err(Box::new(Chain { words: "no page", source: "no route".into() }))
}

/// An error with a source.
#[derive(Debug)]
struct Chain {
    words: &'static str,
    source: taipan::BoxError,
}

impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words)
    }
}

impl std::error::Error for Chain {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.source)
    }
}

#[taipan::test]
#[should_panic(expected = "the test failed")]
async fn an_exit_code_of_failure_fails() -> ExitCode {
    ExitCode::FAILURE
}

#[taipan::test]
#[should_panic(expected = "told so")]
async fn a_panic_fails_with_its_message() {
    panic!("told so");
}

#[taipan::test]
#[ignore = "shows that `ignore` is kept: it would fail"]
async fn an_ignored_test_does_not_run() {
    unreachable!("`#[ignore]` was lost");
}

#[taipan::test]
async fn the_body_need_not_be_send() {
    let shared = Rc::new(Cell::new(1));
    taipan::yield_now().await;
    shared.set(2);
    assert_eq!(shared.get(), 2);
}

#[taipan::test(timeout = 20ms)]
#[should_panic(expected = "did not end within 20ms; alive:")]
async fn a_test_that_hangs_fails() {
    std::future::pending::<()>().await;
}

#[taipan::test(timeout = 20ms)]
#[should_panic(expected = "task `stuck` (spawned at ")]
async fn a_test_that_hangs_inside_a_poll_names_its_tasks() {
    let task = taipan::Task::builder().name("stuck").spawn(async { loop_forever() });
    task.await.unwrap();
}

/// Holds its thread until the process ends.
fn loop_forever() {
    loop {
        thread::park();
    }
}

#[taipan::test(virtual_time, timeout = 30s)]
async fn an_hour_of_virtual_time_passes_at_once() {
    let start = Instant::now();
    taipan::sleep!(1h).await;
    assert_eq!(start.elapsed(), Duration::from_secs(3600));
}

const THREADS: usize = 2;
const PATIENCE: Duration = Duration::from_secs(30);

#[taipan::test(threads = THREADS, timeout = PATIENCE, blocking = allow)]
async fn options_may_be_expressions() {
    // Two tasks that meet need two threads.
    let here = Arc::new(std::sync::Barrier::new(2));
    let there = Arc::clone(&here);
    let task = taipan::spawn(async move { there.wait().is_leader() });
    let other = taipan::spawn(async move { here.wait().is_leader() });
    assert_ne!(task.await.unwrap(), other.await.unwrap());
}

#[taipan::test]
async fn time_literals_stand_for_durations() {
    assert_eq!(1.5s + 2 * 1m, Duration::from_millis(121_500));
    assert_eq!([100us, 1_000ns], [Duration::from_micros(100), Duration::from_micros(1)]);
}

#[taipan::test]
async fn the_thread_has_the_name_of_the_test() {
    assert_eq!(thread::current().name(), Some("the_thread_has_the_name_of_the_test"));
}

/// A macro that gives the arguments, as those of rstest or test-case do.
macro_rules! cases {
    ($($name:ident: $($argument:expr),*;)*) => {
        $(#[taipan::test]
        async fn $name() -> taipan::Result {
            doubles($($argument),*).await
        })*
    };
}

async fn doubles(value: u32, expected: u32) -> taipan::Result {
    if taipan::spawn(async move { value * 2 }).await? == expected {
        Ok(())
    } else {
        Err("not the double".into())
    }
}

cases! {
    one_doubles: 1, 2;
    two_doubles: 2, 4;
}

/// Documentation and other attributes stay, and names inside the function are its own.
#[taipan::test]
#[cfg_attr(all(), allow(non_snake_case))]
async fn Attributes_are_kept() {
    let options = 1;
    let value = options + 1;
    assert_eq!((options, value), (1, 2));
    let log = Mutex::new(Vec::new());
    log.lock().unwrap().push(value);
    assert_eq!(log.into_inner().unwrap(), [2]);
}

/// Can be shown, and is no `Error`.
#[derive(Debug)]
struct Shown;

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("only shown")
    }
}

#[taipan::test]
#[should_panic(expected = "only shown")]
async fn an_err_that_is_only_display_fails_with_its_words() -> Result<(), Shown> {
    Err(Shown)
}

#[taipan::test]
#[allow(unused_must_use)]
async fn the_level_of_a_lint_on_the_function_holds_inside() {
    std::future::ready(());
}
