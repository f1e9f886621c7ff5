//! Futures that were polled in one run, and then are elsewhere.

use std::sync::{Arc, mpsc};
use std::task::Poll;
use std::thread;

use futures_lite::future::block_on;
use taipan_tests::{WakeCounter, bounded};

use crate::kinds::{Kind, all, meetings, poll, world};
use crate::{hasty, soon};

/// Polls each once, in vain unless the time was faster.
fn begin(kinds: &mut [Kind]) {
    let (_, waker) = WakeCounter::new();
    for kind in kinds {
        let polled = poll(&mut kind.future, &waker);
        assert!(polled.is_pending() || kind.by_time, "{}", kind.name);
    }
}

/// Where the wait of a future goes on.
#[derive(Clone, Copy, Debug)]
enum Elsewhere {
    Run(usize),
    NoRun,
}

impl Elsewhere {
    const EACH: [Elsewhere; 3] = [Elsewhere::Run(1), Elsewhere::Run(2), Elsewhere::NoRun];

    /// Awaits a future there whose wait is over, or ends once it is awaited.
    fn wait(self, kind: Kind, end_first: bool) {
        let Kind { future, end, name, .. } = kind;
        if end_first {
            end();
            self.block_on(future);
            return;
        }
        // Once it has been polled there as well.
        let (polled, told) = mpsc::channel();
        let ender = thread::spawn(move || {
            told.recv().unwrap();
            end();
        });
        let mut future = future;
        self.block_on(std::future::poll_fn(move |cx| {
            let ended = future.as_mut().poll(cx);
            let _ = polled.send(()); // every time: once would do
            ended
        }));
        assert!(ender.join().is_ok(), "{name} on {self:?}");
    }

    fn block_on(self, future: impl Future<Output = ()>) {
        match self {
            Elsewhere::Run(threads) => hasty(threads).run(future),
            Elsewhere::NoRun => block_on(future),
        }
    }
}

#[test]
fn a_future_goes_on_elsewhere_once_its_run_has_ended() {
    for elsewhere in Elsewhere::EACH {
        for end_first in [false, true] {
            bounded(move || {
                let mut kinds = hasty(2).run(async {
                    let mut kinds = all().await;
                    begin(&mut kinds);
                    kinds
                });
                begin(&mut kinds[..1]); // where there is no run
                kinds.into_iter().for_each(|kind| elsewhere.wait(kind, end_first));
            });
        }
    }
}

#[test]
fn a_future_goes_on_elsewhere_while_its_run_goes_on() {
    for elsewhere in Elsewhere::EACH {
        bounded(move || {
            let (give, given) = mpsc::channel::<Vec<Kind>>();
            let away = thread::spawn(move || {
                for kind in given.recv().unwrap() {
                    elsewhere.wait(kind, false);
                }
            });
            hasty(2).run(async {
                let mut kinds = all().await;
                begin(&mut kinds);
                give.send(kinds).unwrap();
                taipan::to_thread(move || away.join().unwrap()).await;
            });
        });
    }
}

#[test]
fn a_future_that_was_polled_where_there_is_no_run_goes_on_in_one() {
    bounded(|| {
        for end_first in [false, true] {
            let mut kinds = meetings();
            kinds.extend(block_on(world()));
            begin(&mut kinds);
            kinds.into_iter().for_each(|kind| Elsewhere::Run(2).wait(kind, end_first));
        }
    });
}

// Back and forth: whoever polled it last is woken.
#[test]
fn a_future_is_polled_by_two_runs_in_turn() {
    bounded(|| {
        let (there, theirs) = mpsc::channel::<Vec<Kind>>();
        let (back, ours) = mpsc::channel::<Vec<Kind>>();
        let other = thread::spawn(move || {
            hasty(1).run(async {
                for mut kinds in theirs {
                    begin(&mut kinds);
                    back.send(kinds).unwrap();
                }
            });
        });
        hasty(2).run(async {
            let mut kinds = all().await;
            for _ in 0..10 {
                begin(&mut kinds);
                there.send(kinds).unwrap();
                kinds = ours.recv().unwrap();
            }
            drop(there);
            for Kind { future, end, .. } in kinds {
                let task = taipan::spawn(future);
                end();
                task.await.unwrap();
            }
        });
        other.join().unwrap();
    });
}

#[test]
fn a_future_is_dropped_where_it_was_not_polled_while_others_go_on() {
    for threads in [1, 2] {
        bounded(move || {
            hasty(threads).run(async {
                for _ in 0..20 {
                    let mut kinds = all().await;
                    begin(&mut kinds);
                    let (futures, ends): (Vec<_>, Vec<_>) =
                        kinds.into_iter().map(|kind| (kind.future, kind.end)).unzip();
                    // At the same time as the wait ends.
                    let dropper = thread::spawn(move || futures.into_iter().for_each(drop));
                    ends.into_iter().for_each(|end| end());
                    taipan::to_thread(move || dropper.join().unwrap()).await;
                }
            });
        });
    }
}

#[test]
fn a_future_is_dropped_as_its_run_ends_and_after_it() {
    for threads in [1, 2] {
        for after in [false, true] {
            bounded(move || {
                for _ in 0..5 {
                    let (ended, told) = mpsc::channel::<()>();
                    let dropper = hasty(threads).run(async {
                        let mut kinds = all().await;
                        begin(&mut kinds);
                        thread::spawn(move || {
                            if after {
                                let _ = told.recv();
                            }
                            // The call of `to_thread` runs on until then, and would hold up nobody but itself.
                            for Kind { future, end, .. } in kinds {
                                drop(future);
                                end();
                            }
                        })
                    });
                    drop(ended);
                    dropper.join().unwrap();
                }
            });
        }
    }
}

// Nothing of the run keeps who polled there, once both are gone.
#[test]
fn a_future_keeps_no_waker_once_it_is_dropped_and_its_run_has_ended() {
    bounded(|| {
        for threads in [1, 2] {
            let left: Vec<_> = hasty(threads).run(async {
                let mut left = Vec::new();
                for Kind { mut future, end, .. } in all().await {
                    let (wakes, waker) = WakeCounter::new();
                    let _ = poll(&mut future, &waker);
                    drop(future);
                    end();
                    left.push(wakes);
                }
                left
            });
            for wakes in left {
                soon(|| Arc::strong_count(&wakes) == 1);
            }
        }
    });
}

// Each poll takes the place of the one before, whoever made it.
#[test]
fn a_future_is_polled_by_two_threads_in_turn_with_wakers_of_their_own() {
    bounded(|| {
        hasty(2).run(async {
            for Kind { future, end, name, by_time } in all().await {
                let (there, theirs) = mpsc::channel();
                let (back, ours) = mpsc::channel();
                let other = thread::spawn(move || {
                    for mut future in theirs {
                        let (wakes, waker) = WakeCounter::new();
                        let polled = poll(&mut future, &waker);
                        back.send((future, polled, wakes)).unwrap();
                    }
                });
                let (mut future, mut ended, mut last) = (future, Poll::Pending, None);
                for _ in 0..5 {
                    let (_, waker) = WakeCounter::new();
                    ended = poll(&mut future, &waker);
                    if ended.is_ready() {
                        break;
                    }
                    there.send(future).unwrap();
                    let wakes;
                    (future, ended, wakes) = ours.recv().unwrap();
                    last = Some(wakes);
                    if ended.is_ready() {
                        break;
                    }
                }
                assert!(by_time || ended.is_pending(), "{name}");
                end();
                if ended.is_pending() {
                    let last = last.unwrap();
                    while last.get() == 0 {
                        taipan::yield_now().await;
                    }
                    future.await;
                }
                drop(there);
                other.join().unwrap();
            }
        });
    });
}
