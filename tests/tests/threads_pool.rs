//! `ThreadPool`: how many calls run, who waits, what a drop frees, and when its threads end.
#![forbid(unsafe_code)]

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};
use std::pin::pin;
use std::sync::{Arc, Barrier, mpsc};
use std::thread;
use std::time::Duration;

use futures_lite::future::block_on;
use taipan::task::TaskKind;
use taipan::threads::ThreadPoolStatistics;
use taipan::{Task, ThreadPool, gather, sleep, spawn, tasks, with, yield_now};
use taipan_tests::{
    Counter, Gate, Log, OnDrop, WakeCounter, bounded, on_drop, poll_once, poll_with,
};

#[path = "support/threads.rs"]
mod support;
use support::{blocked, run};

/// So long that no thread ends because of it.
const LONG: Duration = Duration::from_secs(3600);

/// A pool of which some threads are kept busy.
struct Busy {
    /// Each lets one thread go.
    releases: Vec<mpsc::Sender<()>>,
    calls: Vec<Task<()>>,
}

impl Busy {
    /// Blocks `threads` threads of `pool`, one after the other.
    async fn keep(pool: &ThreadPool, threads: usize) -> Busy {
        let mut busy = Busy { releases: Vec::new(), calls: Vec::new() };
        for _ in 0..threads {
            let begun = Gate::new();
            let (release, call) = blocked(&begun);
            busy.releases.push(release);
            busy.calls.push(spawn(pool.run(call)));
            begun.pass().await;
        }
        busy
    }

    async fn end(self) {
        drop(self.releases);
        for call in self.calls {
            call.await.unwrap();
        }
    }
}

/// What `statistics` tells, as `(threads, queued, waiting)`.
fn look(pool: &ThreadPool) -> (usize, usize, usize) {
    let ThreadPoolStatistics { threads, queued, waiting, .. } = pool.statistics();
    (threads, queued, waiting)
}

/// Called when its thread ends.
type End = OnDrop<Box<dyn FnOnce()>>;

thread_local! {
    static END: RefCell<Option<End>> = const { RefCell::new(None) };
}

/// Tells when this thread has ended.
fn tell_the_end(tell: mpsc::Sender<()>) {
    let end = move || {
        // Refused if the receiver is gone: then nobody asks.
        let _ = tell.send(());
    };
    END.set(Some(on_drop(Box::new(end))));
}

fn thread_name() -> String {
    thread::current().name().unwrap_or_default().to_owned()
}

#[test]
fn no_thread_is_started_before_the_first_call() {
    bounded(|| {
        let pool = ThreadPool::new(4);
        assert_eq!(look(&pool), (0, 0, 0));
        run(async {
            let call = pool.run(|| ());
            assert_eq!(look(&pool), (0, 0, 0));
            call.await;
            assert_eq!(look(&pool), (1, 0, 0));
        });
    });
}

// S382
#[test]
fn no_more_calls_run_at_a_time_than_there_are_threads() {
    bounded(|| {
        run(async {
            let pool = ThreadPool::new(2);
            let mut busy = Busy::keep(&pool, 2).await;
            let third = Gate::new();
            let (release, call) = blocked(&third);
            let mut call = pin!(pool.run(call));
            assert!(poll_once(call.as_mut()).is_pending());
            assert_eq!(look(&pool), (2, 1, 0));
            let mut begins = pin!(third.pass());
            for _ in 0..100 {
                thread::yield_now();
            }
            assert!(poll_once(begins.as_mut()).is_pending());
            busy.releases.pop();
            begins.await; // on the thread that was let go
            assert_eq!(look(&pool), (2, 0, 0));
            drop(release);
            call.await;
            busy.end().await;
        });
    });
}

#[test]
fn calls_that_wait_for_each_other_all_run_while_there_are_threads() {
    bounded(|| {
        run(async {
            let pool = ThreadPool::new(8);
            let meet = Arc::new(Barrier::new(8));
            let calls = (0..8).map(|_| {
                let meet = Arc::clone(&meet);
                pool.run(move || meet.wait().is_leader())
            });
            let leaders = gather(calls).await;
            assert_eq!(leaders.into_iter().filter(|leader| *leader).count(), 1);
        });
    });
}

#[test]
fn calls_start_in_the_order_in_which_they_came() {
    bounded(|| {
        run(async {
            let pool = ThreadPool::new(1);
            let busy = Busy::keep(&pool, 1).await;
            let log = Log::new();
            let calls = ["a", "b", "c", "d", "e"].map(|name| {
                let log = log.clone();
                pool.run(move || log.add(name))
            });
            gather!(gather(calls), busy.end()).await;
            assert_eq!(log.get(), "a b c d e");
        });
    });
}

// S391
#[test]
fn a_free_thread_is_used_again() {
    bounded(|| {
        run(async {
            let pool = ThreadPool::new(4);
            let first = pool.run(|| thread::current().id()).await;
            while pool.statistics().idle == 0 {
                yield_now().await; // it has given its value, and is about to wait
            }
            assert_eq!(pool.run(|| thread::current().id()).await, first);
            assert_eq!(look(&pool), (1, 0, 0));
        });
    });
}

// S391
#[test]
fn a_thread_that_finds_nothing_to_do_ends_after_the_idle_time() {
    bounded(|| {
        for idle in [0, 1] {
            run(async {
                let (tell, ended) = mpsc::channel();
                let pool = ThreadPool::builder(2).idle_timeout(Duration::from_millis(idle)).build();
                pool.run(move || tell_the_end(tell)).await;
                ended.recv().unwrap();
                assert_eq!(look(&pool), (0, 0, 0));
                // And another is started when it is wanted.
                assert_eq!(pool.run(|| 42).await, 42);
            });
        }
    });
}

#[test]
fn free_threads_end_with_the_last_handle() {
    bounded(|| {
        let (tell, ended) = mpsc::channel();
        let pool = ThreadPool::builder(2).idle_timeout(LONG).build();
        let other = pool.clone();
        run(pool.run(move || tell_the_end(tell)));
        drop(pool);
        assert_eq!(other.statistics().threads, 1);
        assert!(ended.try_recv().is_err());
        drop(other);
        ended.recv().unwrap();
    });
}

#[test]
fn a_call_outlives_the_last_handle() {
    bounded(|| {
        run(async {
            let pool = ThreadPool::builder(1).idle_timeout(LONG).build();
            let busy = Busy::keep(&pool, 1).await;
            let queued = spawn(pool.run(|| 1));
            let (tell, ended) = mpsc::channel();
            let later = pool.run(move || tell_the_end(tell));
            yield_now().await;
            drop(pool);
            busy.end().await;
            assert_eq!(queued.await.unwrap(), 1);
            later.await;
            ended.recv().unwrap();
        });
    });
}

// S392
#[test]
fn threads_have_the_pools_name_and_a_number_that_is_given_again() {
    bounded(|| {
        run(async {
            let pool = ThreadPool::builder(3).name("db").idle_timeout(Duration::ZERO).build();
            for _ in 0..2 {
                let meet = Arc::new(Barrier::new(3));
                let (tell, ended) = mpsc::channel();
                let calls = (0..3).map(|_| {
                    let (meet, tell) = (Arc::clone(&meet), tell.clone());
                    pool.run(move || {
                        meet.wait();
                        tell_the_end(tell);
                        thread_name()
                    })
                });
                let names: BTreeSet<String> = gather(calls).await.into_iter().collect();
                assert_eq!(names.into_iter().collect::<Vec<_>>(), ["db-1", "db-2", "db-3"]);
                for _ in 0..3 {
                    ended.recv().unwrap();
                }
            }
            assert_eq!(ThreadPool::new(1).run(thread_name).await, "taipan-pool-1");
        });
    });
}

#[test]
fn calls_of_a_named_pool_are_listed_by_its_name() {
    bounded(|| {
        run(async {
            let names = async |pool: ThreadPool| {
                let busy = Busy::keep(&pool, 1).await;
                let calls = tasks().into_iter().filter(|task| task.kind() == TaskKind::Thread);
                let names: Vec<_> = calls.map(|call| (call.name(), call.id())).collect();
                busy.end().await;
                names
            };
            let named = names(ThreadPool::builder(1).name("db").build()).await;
            assert!(matches!(&named[..], [(name, _)] if name == "db"), "{named:?}");
            let unnamed = names(ThreadPool::new(1)).await;
            let [(name, id)] = &unnamed[..] else { panic!("not one call: {unnamed:?}") };
            assert_eq!(*name, format!("thread-{id}"));
        });
    });
}

#[test]
fn a_panic_is_that_of_the_awaiting_code_and_leaves_the_thread_alone() {
    bounded(|| {
        run(async {
            let pool = ThreadPool::new(1);
            let id = pool.run(|| thread::current().id()).await;
            let payload =
                spawn(pool.run(|| panic_any(7_u32))).await.unwrap_err().into_panic().unwrap();
            assert_eq!(*payload.downcast::<u32>().unwrap(), 7);
            assert_eq!(pool.run(|| thread::current().id()).await, id);
        });
    });
}

#[test]
fn a_withdrawn_call_leaves_the_queue_at_once() {
    bounded(|| {
        run(async {
            let pool = ThreadPool::new(1);
            let busy = Busy::keep(&pool, 1).await;
            let (ran, dropped) = (Counter::new(), Counter::new());
            let (running, dropping) = (ran.clone(), dropped.clone());
            let guard = on_drop(move || dropping.add());
            let before = tasks().len();
            let mut call = Box::pin(pool.run(move || {
                running.add();
                drop(guard);
            }));
            assert!(poll_once(call.as_mut()).is_pending());
            assert_eq!((look(&pool), tasks().len()), ((1, 1, 0), before + 1));
            drop(call);
            assert_eq!((look(&pool), tasks().len()), ((1, 0, 0), before));
            assert_eq!((ran.get(), dropped.get()), (0, 1));
            busy.end().await;
            pool.close().await;
            assert_eq!((ran.get(), dropped.get()), (0, 1));
        });
    });
}

#[test]
fn over_a_bounded_queue_calls_wait_their_turn() {
    bounded(|| {
        run(async {
            for bound in [0, 1, 2] {
                let pool = ThreadPool::builder(1).queue(bound).build();
                let busy = Busy::keep(&pool, 1).await;
                let log = Log::new();
                let before = tasks().len();
                let mut calls = ["a", "b", "c", "d"].map(|name| {
                    let log = log.clone();
                    Box::pin(pool.run(move || log.add(name)))
                });
                for call in &mut calls {
                    assert!(poll_once(call.as_mut()).is_pending());
                }
                assert_eq!(look(&pool), (1, bound, 4 - bound));
                // What waits for its turn is not a call yet.
                assert_eq!(tasks().len(), before + bound);
                gather!(gather(calls), busy.end()).await;
                assert_eq!((log.get().as_str(), look(&pool)), ("a b c d", (1, 0, 0)));
            }
        });
    });
}

#[test]
fn one_that_gives_up_its_turn_holds_up_nobody() {
    bounded(|| {
        run(async {
            let pool = ThreadPool::builder(1).queue(1).build();
            let busy = Busy::keep(&pool, 1).await;
            let log = Log::new();
            let call = |name| {
                let log = log.clone();
                let dropping = log.clone();
                let guard = on_drop(move || dropping.add(format!("-{name}")));
                Box::pin(pool.run(move || {
                    log.add(name);
                    drop(guard);
                }))
            };
            let [mut a, mut b, mut c] = ["a", "b", "c"].map(call);
            for call in [&mut a, &mut b, &mut c] {
                assert!(poll_once(call.as_mut()).is_pending());
            }
            assert_eq!(format!("{b:?}"), "ToThread { state: \"waiting\", .. }");
            drop(b); // in line
            assert_eq!((look(&pool), log.get().as_str()), ((1, 1, 1), "-b"));
            let (wakes, waker) = WakeCounter::new();
            assert!(poll_with(c.as_mut(), &waker).is_pending());
            drop(a); // in the queue: its room goes to the next in line, which is told
            assert_eq!((wakes.get(), look(&pool)), (1, (1, 0, 0)));
            gather!(c, busy.end()).await;
            assert_eq!(log.get(), "-b -a c -c");
        });
    });
}

// S382
#[test]
fn an_abandoned_call_keeps_its_thread_and_its_place_until_it_ends() {
    bounded(|| {
        run(async {
            let pool = ThreadPool::builder(1).queue(0).build();
            let begun = Gate::new();
            let (release, call) = blocked(&begun);
            let mut call = Box::pin(pool.run(call).abandon_on_cancel());
            assert!(poll_once(call.as_mut()).is_pending());
            begun.pass().await;
            drop(call);
            assert_eq!(tasks().len(), 1);
            let mut next = pin!(pool.run(|| 42));
            assert!(poll_once(next.as_mut()).is_pending());
            assert_eq!(look(&pool), (1, 0, 1));
            drop(release);
            assert_eq!(next.await, 42);
        });
    });
}

#[test]
fn close_waits_for_calls_and_threads() {
    bounded(|| {
        run(async {
            let pool = ThreadPool::builder(1).queue(1).idle_timeout(LONG).build();
            let busy = Busy::keep(&pool, 1).await;
            let log = Log::new();
            // One in the queue, one in line.
            let calls = ["queued", "in line"].map(|name| {
                let log = log.clone();
                spawn(pool.run(move || log.add(name)))
            });
            yield_now().await;
            assert_eq!(look(&pool), (1, 1, 1));
            let closes = async {
                pool.close().await;
                log.add("closed");
                assert_eq!(look(&pool), (0, 0, 0));
            };
            let ends = async {
                assert!(pool.is_closed());
                busy.end().await;
            };
            gather!(closes, ends).await;
            assert_eq!(log.get(), "queued in line closed");
            pool.close().await; // closed twice is closed once
            drop(calls);
        });
    });
}

#[test]
fn close_waits_for_an_abandoned_call() {
    bounded(|| {
        run(async {
            let pool = ThreadPool::new(1);
            let begun = Gate::new();
            let (release, call) = blocked(&begun);
            let call = spawn(pool.run(call).abandon_on_cancel());
            begun.pass().await;
            call.stop().await;
            let mut close = pin!(pool.close());
            assert!(poll_once(close.as_mut()).is_pending());
            drop(release);
            close.await;
        });
    });
}

#[test]
fn a_close_that_is_dropped_has_closed() {
    bounded(|| {
        run(async {
            let pool = ThreadPool::new(1);
            let busy = Busy::keep(&pool, 1).await;
            assert!(poll_once(pin!(pool.close())).is_pending());
            assert!(pool.is_closed());
            busy.end().await;
        });
    });
}

#[test]
fn a_closed_pool_refuses() {
    bounded(|| {
        run(async {
            let pool = ThreadPool::builder(1).name("db").build();
            let call = || pool.run(|| ());
            let early = call(); // has not come to the pool
            pool.close().await;
            for call in [early, call()] {
                let error = spawn(call).await.unwrap_err();
                let text = "panicked: the thread pool `db` is closed: it runs no more calls";
                assert!(error.to_string().ends_with(text), "{error}");
            }
        });
    });
}

#[test]
fn it_is_a_resource_whose_exit_closes_it() {
    bounded(|| {
        run(async {
            let log = Log::new();
            let outside = ThreadPool::builder(2).idle_timeout(LONG).build();
            with!(pool = outside.clone(), {
                let begun = Gate::new();
                let (release, wait) = blocked(&begun);
                let ends = log.clone();
                let call = pool.run(move || {
                    wait();
                    ends.add("call");
                });
                drop(spawn(call));
                begun.pass().await;
                drop(spawn(async move { drop(release) }));
            });
            log.add("exit");
            assert_eq!((log.get().as_str(), look(&outside)), ("call exit", (0, 0, 0)));
        });
    });
}

// S383
#[cfg(target_pointer_width = "64")]
#[test]
fn a_thread_that_cannot_be_started_is_an_error_and_takes_nothing() {
    bounded(|| {
        run(async {
            // More than there are addresses.
            let pool = ThreadPool::builder(1).queue(0).stack_size(1 << 50).build();
            for _ in 0..2 {
                let drops = Counter::new();
                let counting = drops.clone();
                let guard = on_drop(move || counting.add());
                let error = spawn(pool.run(move || drop(guard))).await.unwrap_err();
                let text = "panicked: cannot start a thread for `ThreadPool::run`: ";
                assert!(error.to_string().contains(text), "{error}");
                assert_eq!((drops.get(), tasks().len(), look(&pool)), (1, 1, (0, 0, 0)));
            }
            pool.close().await;
        });
    });
}

#[test]
fn it_serves_several_runtimes_at_once() {
    bounded(|| {
        let pool = ThreadPool::new(2);
        let meet = Arc::new(Barrier::new(2));
        let threads = [1, 2].map(|number| {
            let (pool, meet) = (pool.clone(), Arc::clone(&meet));
            thread::spawn(move || {
                run(async move {
                    pool.run(move || meet.wait()).await;
                    assert_eq!(tasks().len(), 1);
                    number
                })
            })
        });
        let numbers = threads.map(|thread| thread.join().unwrap());
        assert_eq!((numbers, pool.statistics().threads), ([1, 2], 2));
    });
}

// Also while it waits for its turn: what it waits for happens in real time.
#[taipan::test(virtual_time, timeout = 30s)]
async fn a_virtual_clock_stands_still_for_a_call() {
    let pool = ThreadPool::builder(1).queue(0).build();
    let call = || {
        pool.run(|| {
            for _ in 0..1000 {
                thread::yield_now();
            }
        })
    };
    let limited = taipan::timeout(LONG, async { gather!(call(), call(), call()).await });
    limited.await.unwrap();
    sleep(LONG).await; // and passes at once when none is under way
}

#[test]
fn outside_a_runtime_it_panics_and_says_where_to_await_it() {
    let panic = catch_unwind(|| block_on(ThreadPool::new(1).run(|| ()))).unwrap_err();
    assert_eq!(
        *panic.downcast_ref::<String>().unwrap(),
        "no runtime here: await `ThreadPool::run` inside `#[taipan::main]` or `taipan::run(..)`"
    );
}

#[test]
fn a_pool_without_threads_and_a_name_with_nul_are_refused() {
    let text = |f: fn()| {
        let panic = catch_unwind(AssertUnwindSafe(f)).unwrap_err();
        (*panic.downcast_ref::<&str>().unwrap()).to_owned()
    };
    assert_eq!(text(|| drop(ThreadPool::new(0))), "a thread pool needs at least 1 thread");
    assert_eq!(
        text(|| drop(ThreadPool::builder(1).name("a\0b"))),
        "a thread's name cannot have a NUL character"
    );
}

#[test]
fn its_debug_form_says_what_it_does() {
    let pool = ThreadPool::builder(1).name("db").build();
    let text = "ThreadPool { name: \"db\", threads: 0, idle: 0, queued: 0, .. }";
    assert_eq!(format!("{pool:?}"), text);
}

// What is handed to tasks and threads can be.
#[test]
fn handles_errors_and_futures_cross_threads() {
    fn handle<T: Clone + Send + Sync + 'static>() {}
    fn error<T: std::error::Error + Send + Sync + 'static>() {}
    fn future<T: Send + Unpin + 'static>(_: &T) {}
    handle::<ThreadPool>();
    handle::<taipan::Portal>();
    error::<taipan::threads::Cancelled>();
    error::<taipan::threads::PortalError>();
    let pool = ThreadPool::new(1);
    future(&pool.run(|| ()));
    future(&taipan::compute(|| ()));
    future(&taipan::to_thread(|| ()));
}
