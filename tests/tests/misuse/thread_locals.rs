//! What lies in a thread's own variables, and is dropped when the thread ends, after the runtime's own may have gone.

use std::cell::RefCell;
use std::thread;

use futures_lite::future::poll_once;
use taipan::to_thread;
use taipan_tests::{WakeCounter, bounded};

use crate::hasty;
use crate::kinds::{Boxed, Kind, all, poll};

thread_local! {
    static KEPT: RefCell<Vec<Boxed>> = const { RefCell::new(Vec::new()) };
}

/// Takes its place in the thread's list of destructors.
fn touch() {
    KEPT.with_borrow(|kept| assert!(kept.is_empty()));
}

/// Polls all once, and leaves them to the end of this thread.
fn keep(kinds: Vec<Kind>) -> Vec<Box<dyn FnOnce() + Send>> {
    let (_, waker) = WakeCounter::new();
    let mut ends = Vec::new();
    for Kind { mut future, end, .. } in kinds {
        let _ = poll(&mut future, &waker);
        KEPT.with_borrow_mut(|kept| kept.push(future));
        ends.push(end);
    }
    ends
}

// Before the runtime has used any variable of this thread, or after: the last that was used goes first.
#[test]
fn futures_are_dropped_with_the_thread_that_ran() {
    for early in [false, true] {
        bounded(move || {
            let thread = thread::spawn(move || {
                if early {
                    touch();
                }
                hasty(2).run(async { keep(all().await) })
            });
            thread.join().unwrap().into_iter().for_each(|end| end());
        });
    }
}

#[test]
fn futures_are_dropped_with_a_thread_that_has_no_runtime() {
    for early in [false, true] {
        bounded(move || {
            hasty(2).run(async {
                let mut kinds = all().await;
                // What belongs to a run begins there.
                for kind in &mut kinds {
                    let _ = poll_once(&mut kind.future).await;
                }
                let thread = thread::spawn(move || {
                    if early {
                        touch();
                    }
                    keep(kinds)
                });
                let ends = to_thread(move || thread.join().unwrap()).await;
                ends.into_iter().for_each(|end| end());
            });
        });
    }
}

#[test]
fn futures_are_dropped_with_a_worker() {
    bounded(|| {
        let ends = hasty(2).run(async {
            let kinds = all().await;
            let main = thread::current().id();
            // The other worker takes what stands behind a task that blocks this one.
            let (tell, told) = std::sync::mpsc::channel();
            drop(taipan::spawn(async move {
                assert_ne!(thread::current().id(), main);
                tell.send(keep(kinds)).unwrap();
            }));
            told.recv().unwrap()
        });
        ends.into_iter().for_each(|end| end());
    });
}
