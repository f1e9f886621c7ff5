//! Outside every scope, and from one thread to another.

use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use super::super::{Scope, defer};
use super::{Guard, Log, assert_consistent, finish, step, steps};
use crate::current::{self, Cleanup, Clock, Host};
use crate::info::Identity;
use crate::report::{Report, ReportKind};

/// A host that keeps what it is given.
#[derive(Default)]
struct Keeper {
    adopted: Mutex<Vec<Cleanup>>,
    reports: Mutex<Vec<ReportKind>>,
    ended: bool,
}

impl Host for Keeper {
    fn adopt(self: Arc<Self>, cleanup: Cleanup) -> Result<(), Cleanup> {
        if self.ended {
            return Err(cleanup);
        }
        self.adopted.lock().unwrap().push(cleanup);
        Ok(())
    }

    fn report(&self, report: &Report) {
        self.reports.lock().unwrap().push(report.kind());
    }

    fn clock(&self) -> Option<&Arc<dyn Clock>> {
        None
    }

    fn grace(&self) -> Option<Duration> {
        None
    }

    fn running(&self) -> Option<Identity> {
        None
    }
}

#[test]
fn a_guard_dropped_outside_every_scope_goes_to_the_host() {
    let (log, keeper) = (Log::default(), Arc::new(Keeper::default()));
    {
        let _entered = current::enter(Arc::clone(&keeper) as Arc<dyn Host>);
        drop(Guard::new(&log, "a", 0));
    }
    let mut adopted = std::mem::take(&mut *keeper.adopted.lock().unwrap());
    assert_eq!((adopted.len(), log.take().as_str()), (1, ""));
    finish(pin!(&mut adopted[0]));
    assert_eq!(log.take(), "-a a");
    assert_consistent(0);
}

#[test]
fn a_scope_dropped_on_a_foreign_thread_goes_to_its_own_host() {
    let (log, keeper) = (Log::default(), Arc::new(Keeper::default()));
    let mut scope = {
        let _entered = current::enter(Arc::clone(&keeper) as Arc<dyn Host>);
        let log = log.clone();
        let mut scope = Box::pin(Scope::new(async move { drop(Guard::new(&log, "a", 2)) }));
        assert!(step(scope.as_mut()).is_pending());
        scope
    };
    std::thread::spawn(move || {
        assert!(step(scope.as_mut()).is_pending()); // it moves half run
        drop(scope);
        assert_consistent(0);
    })
    .join()
    .unwrap();
    let mut adopted = std::mem::take(&mut *keeper.adopted.lock().unwrap());
    assert_eq!(adopted.len(), 1);
    finish(pin!(&mut adopted[0]));
    assert_eq!(log.take(), "-a a");
}

/// Dropped, it defers a cleanup for its own host.
struct Owned(Log, Arc<dyn Host>);

impl Drop for Owned {
    fn drop(&mut self) {
        let log = self.0.clone();
        defer(Some(&self.1), async move { log.add("a") });
    }
}

// What the scope holds has not been deferred yet: the foreign thread knows no host, and the guard does.
#[test]
fn a_scope_dropped_on_a_foreign_thread_with_a_guard_goes_to_the_host_of_that() {
    let (log, keeper) = (Log::default(), Arc::new(Keeper::default()));
    let guard = Owned(log.clone(), Arc::clone(&keeper) as Arc<dyn Host>);
    let mut scope = Box::pin(Scope::new(async move {
        let _guard = guard;
        std::future::pending::<()>().await;
    }));
    assert!(step(scope.as_mut()).is_pending());
    std::thread::spawn(move || drop(scope)).join().unwrap();
    let mut adopted = std::mem::take(&mut *keeper.adopted.lock().unwrap());
    assert_eq!(adopted.len(), 1);
    finish(pin!(&mut adopted[0]));
    assert_eq!(log.take(), "a");
}

#[test]
fn a_cleanup_that_nobody_can_run_is_reported() {
    let log = Log::default();
    let keeper = Arc::new(Keeper { ended: true, ..Keeper::default() });
    {
        let _entered = current::enter(Arc::clone(&keeper) as Arc<dyn Host>);
        drop(Guard::new(&log, "a", 0));
    }
    assert_eq!(*keeper.reports.lock().unwrap(), [ReportKind::LostCleanup]);
    assert_eq!(log.take(), "");
}

// 1, 2
#[test]
fn a_scope_moves_between_threads_at_each_poll() {
    let log = Log::default();
    let mut scope = {
        let log = log.clone();
        Box::pin(Scope::new(async move {
            drop(Guard::new(&log, "a", 3));
            steps(2).await;
            drop(Guard::new(&log, "b", 3));
            7
        }))
    };
    let value = loop {
        let moved = std::thread::spawn(move || {
            let poll = step(scope.as_mut());
            assert_consistent(0);
            (scope, poll)
        });
        let (back, poll) = moved.join().unwrap();
        scope = back;
        if let Poll::Ready(value) = poll {
            break value;
        }
    };
    assert_eq!(value, Some(7));
    assert_eq!(log.take(), "-a -b a b");
}
