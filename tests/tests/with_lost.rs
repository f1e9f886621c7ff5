//! What an exit that nobody waits for in place leaves behind: its error is told, its panic comes out.
#![forbid(unsafe_code)]

use std::future::{pending, ready};
use std::time::Duration;

use taipan::{Report, ReportKind, Runtime, closing, timeout, with, yield_now};
use taipan_tests::{Log, bounded};

/// Runs `main` and returns what was reported.
fn reported<F: Future>(main: impl FnOnce() -> F + Send + 'static) -> String {
    let reports = Log::new();
    let hook = {
        let reports = reports.clone();
        move |report: &Report| {
            assert_eq!(report.kind(), ReportKind::Exit);
            reports.add(report.message());
        }
    };
    bounded(move || {
        Runtime::builder().threads(1).error_hook(hook).build().run(async { drop(main().await) });
    });
    reports.get()
}

/// Its exit fails, after a wait.
async fn held(body: impl Future<Output = ()>) -> Result<(), &'static str> {
    let resource = closing((), |()| async {
        yield_now().await;
        Err("not flushed")
    });
    with(resource, async |_| body.await).await
}

#[test]
fn the_error_of_an_exit_that_is_awaited_is_not_reported() {
    let main = || async { assert_eq!(held(ready(())).await, Err("not flushed")) };
    assert_eq!(reported(main), "");
}

#[test]
fn the_error_of_the_exit_of_a_body_that_was_cut_off_is_reported() {
    let main = || async { assert!(timeout(Duration::ZERO, held(pending())).await.is_err()) };
    assert_eq!(reported(main), "not flushed");
}

#[test]
fn the_error_of_an_exit_that_was_cut_off_itself_is_reported() {
    let main = || async { assert!(timeout(Duration::ZERO, held(ready(()))).await.is_err()) };
    assert_eq!(reported(main), "not flushed");
}
