//! Task locals: what is inherited by whom, and what stays whose own. (Scopes are in `task_local_scope.rs`.)
#![forbid(unsafe_code)]

use std::cell::Cell;
use std::future::pending;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use taipan::group::Ready;
use taipan::prelude::*;
use taipan::task::TaskKind;
use taipan::{Handle, Runtime, from_thread, tasks, try_current};
use taipan_tests::{Counter, Gate, Log, bounded, on_drop, poll_once};

task_local! {
    static NUMBER: u32;
    static NAME: &'static str = "nobody";
}

/// Runs `main` on one thread and on four.
fn check(main: impl AsyncFn() + Send + Sync + 'static) {
    let main = Arc::new(main);
    for threads in [1, 4] {
        let main = Arc::clone(&main);
        bounded(move || Runtime::builder().threads(threads).build().run(main()));
    }
}

// Y496: for each way to start a task.
#[test]
fn a_child_has_the_value_at_its_spawn_and_changes_are_not_shared() {
    async fn child(changed: Gate) -> Result<(), std::fmt::Error> {
        changed.pass().await;
        assert_eq!(NUMBER.get(), 1);
        NUMBER.set(3);
        yield_now().await;
        assert_eq!(NUMBER.get(), 3);
        Ok(())
    }
    check(async || {
        let changed = Gate::new();
        NUMBER.set(1);
        let (shared, local) = (spawn(child(changed.clone())), spawn_local(child(changed.clone())));
        let outside = Handle::current().spawn(child(changed.clone())).unwrap();
        let group = task_group!(tg, {
            tg.spawn(child(changed.clone()));
            tg.background(child(changed.clone()));
            tg.spawn_when_free(child(changed.clone())).await.unwrap();
            let gate = changed.clone();
            let started = tg.start(|ready: Ready<u32>| async move {
                ready.set(NUMBER.get());
                child(gate).await
            });
            assert_eq!(started.await.unwrap(), 1);
            NUMBER.set(2);
            changed.open();
        });
        group.unwrap();
        shared.await.unwrap().unwrap();
        local.await.unwrap().unwrap();
        outside.await.unwrap().unwrap();
        assert_eq!(NUMBER.get(), 2);
    });
}

#[test]
fn a_child_that_waits_for_a_place_has_the_value_at_its_spawn() {
    check(async || {
        let seen = Log::new();
        let group = TaskGroup::new().limit(1).run(async |tg| {
            for number in 0..4 {
                NUMBER.set(number);
                let seen = seen.clone();
                tg.spawn(async move {
                    yield_now().await;
                    seen.add(NUMBER.get().to_string());
                });
            }
        });
        group.await.unwrap();
        assert_eq!(seen.get(), "0 1 2 3");
    });
}

#[test]
fn the_children_of_children_inherit_as_well() {
    check(async || {
        NUMBER.set(1);
        let child = spawn(async {
            NUMBER.set(2);
            NAME.set("child");
            spawn(async { (NUMBER.get(), NAME.get()) }).await.unwrap()
        });
        assert_eq!(child.await.unwrap(), (2, "child"));
        assert_eq!((NUMBER.get(), NAME.get()), (1, "nobody"));
    });
}

// Y497.
#[test]
fn a_hundred_tasks_never_see_each_others_value() {
    check(async || {
        let tasks: Vec<_> = (0..100)
            .map(|number| {
                spawn(async move {
                    for round in 0..20 {
                        NUMBER.set(100 * number + round);
                        yield_now().await;
                        assert_eq!(NUMBER.get(), 100 * number + round);
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert!(NUMBER.try_get().is_err());
    });
}

// Y498, S377: what runs on a thread for the task.
#[test]
fn a_call_on_a_thread_finds_the_value_and_its_changes_stay_there() {
    check(async || {
        NUMBER.set(1);
        let call = to_thread(|| {
            let before = NUMBER.get();
            NUMBER.set(2);
            (before, NUMBER.get(), try_current().is_none())
        });
        assert_eq!(call.await, (1, 2, true));
        assert_eq!(NUMBER.get(), 1);

        // It starts when it is first polled.
        let call = to_thread(|| NUMBER.get());
        NUMBER.set(3);
        assert_eq!(NUMBER.scope(4, call).await, 4);

        // What the call starts is the call's child.
        let handle = Handle::current();
        let child = to_thread(move || {
            NUMBER.set(5);
            handle.spawn(async { NUMBER.get() }).unwrap()
        });
        assert_eq!(child.await.await.unwrap(), 5);

        // And so is the code that it sends back; what that changes stays there as well.
        let call = to_thread(|| {
            NUMBER.set(6);
            let back = from_thread(async { (NUMBER.get(), NUMBER.set(7).old_value().copied()) });
            (back.unwrap(), NUMBER.get())
        });
        assert_eq!(call.await, ((6, Some(6)), 6));
        assert_eq!(NUMBER.get(), 3);
    });
}

// Y502: what serves all has the values of none.
#[test]
fn a_thread_of_the_pool_keeps_nothing_of_a_call() {
    std::thread_local! {
        static SERVED: Cell<bool> = const { Cell::new(false) };
    }
    bounded(|| {
        taipan::run(async {
            NUMBER
                .scope(1, to_thread(|| assert!(NUMBER.get() == 1 && !SERVED.replace(true))))
                .await;
            // Soon or late the same thread serves again.
            while !to_thread(|| {
                assert!(NUMBER.try_get().is_err());
                SERVED.get()
            })
            .await
            {}
        });
    });
}

// Y499: what is to be common is put behind an `Arc`.
#[test]
fn one_value_is_shared_by_all_who_inherit_it() {
    task_local! {
        static HITS: Arc<AtomicU32>;
    }
    check(async || {
        let hits = Arc::new(AtomicU32::new(0));
        HITS.set(Arc::clone(&hits));
        let children: Vec<_> = (0..10)
            .map(|_| spawn(async { HITS.with(|hits| hits.fetch_add(1, Ordering::SeqCst)) }))
            .collect();
        for child in children {
            child.await.unwrap();
        }
        assert_eq!(hits.load(Ordering::SeqCst), 10);
    });
}

// Y501.
#[test]
fn a_value_of_main_lives_as_long_as_the_run() {
    task_local! {
        static POOL: Arc<dyn Send + Sync>;
    }
    let drops = Counter::new();
    let dropped = drops.clone();
    bounded(move || {
        taipan::run(async move {
            POOL.set(Arc::new(on_drop(move || dropped.add())));
            let (begun, theirs) = (Gate::new(), Gate::new());
            let signal = begun.clone();
            spawn(async move {
                assert!(POOL.try_get().is_ok());
                signal.open();
                theirs.pass().await;
            })
            .detach();
            begun.pass().await; // and it is alive when main ends
        });
        assert!(POOL.try_get().is_err());
        taipan::run(async { assert!(POOL.try_get().is_err()) });
    });
    assert_eq!(drops.get(), 1);
}

#[test]
fn a_value_goes_with_its_task_before_whoever_awaits_it_is_told() {
    task_local! {
        static VALUE: Box<dyn Send + Sync>;
    }
    check(async || {
        let log = Log::new();
        let theirs = log.clone();
        let task = spawn(async move {
            VALUE.set(Box::new(on_drop(move || theirs.add("dropped"))));
            yield_now().await;
        });
        task.await.unwrap();
        log.add("told");
        assert_eq!(log.get(), "dropped told");
    });
}

#[test]
fn a_value_that_panics_when_it_is_dropped_is_its_tasks_panic() {
    task_local! {
        static VALUE: Box<dyn Send + Sync>;
    }
    check(async || {
        let task = spawn(async {
            VALUE.set(Box::new(on_drop(|| panic!("the value's own"))));
        });
        let payload = task.await.unwrap_err().into_panic().unwrap();
        assert_eq!(payload.downcast_ref(), Some(&"the value's own"));
    });
}

// Whoever asks in a destructor: of the body, in its own task; of a value, wherever that happens.
#[test]
fn destructors_may_ask() {
    task_local! {
        static VALUE: Arc<dyn Send + Sync>;
    }
    check(async || {
        let log = Log::new();
        let say = |word: &'static str| {
            let log = log.clone();
            on_drop(move || {
                let _ = VALUE.try_get();
                log.add(format!("{word}:{}", NUMBER.try_get().unwrap_or(0)));
            })
        };
        NUMBER.set(1);
        let (first, second, body) = (say("first"), say("second"), say("body"));
        let task = spawn(async move {
            VALUE.set(Arc::new(first));
            VALUE.set(Arc::new(second));
            NUMBER.set(2);
            let _body = body;
            pending::<()>().await;
        });
        while log.get() != "first:1" {
            yield_now().await;
        }
        task.stop().await;
        assert_eq!(log.get(), "first:1 body:2 second:0");
    });
}

#[test]
fn the_branches_of_a_gather_are_parts_of_one_task() {
    check(async || {
        let set = async {
            NUMBER.set(1);
            yield_now().await;
            NUMBER.get()
        };
        let seen = async {
            let before = NUMBER.get();
            NUMBER.set(2);
            before
        };
        assert_eq!(gather!(set, seen).await, (2, 1));
    });
}

// AB: a generator is no task.
#[test]
fn a_stream_finds_what_whoever_polls_it_finds() {
    generator! {
        async fn numbers() -> u32 {
            loop {
                yield NUMBER.get();
                NUMBER.set(NUMBER.get() + 1);
            }
        }
    }
    check(async || {
        NUMBER.set(10);
        let mut numbers = Box::pin(numbers());
        let mut seen = Vec::new();
        async_for!(for number in numbers.as_mut() {
            seen.push(number);
            if seen.len() == 2 {
                break;
            }
        });
        assert_eq!((&seen[..], NUMBER.get()), (&[10, 11][..], 11));
        let child = spawn(async move {
            NUMBER.set(20);
            async_for!(for number in numbers {
                return number;
            });
            unreachable!("it has no end")
        });
        assert_eq!(child.await.unwrap(), 21);
        assert_eq!(NUMBER.get(), 11);
    });
}

/// A resource whose exit says what it finds, at its beginning, and when it has changed it and waited.
fn teller(log: &Log) -> impl Resource<Exit = ()> + Send + 'static {
    closing(log.clone(), |log| async move {
        log.add(NUMBER.try_get().unwrap_or(0).to_string());
        NUMBER.set(7);
        yield_now().await;
        log.add(NUMBER.get().to_string());
    })
}

async fn holds(log: Log, entered: Gate) {
    with!(_ = teller(&log), {
        NUMBER.set(2);
        entered.open();
        pending::<()>().await;
    });
}

#[test]
fn the_exit_of_a_task_that_was_cancelled_finds_the_tasks_value() {
    check(async || {
        let (log, entered) = (Log::new(), Gate::new());
        NUMBER.set(1);
        let task = spawn(holds(log.clone(), entered.clone()));
        entered.pass().await;
        task.stop().await;
        assert_eq!((log.get().as_str(), NUMBER.get()), ("2 7", 1));
    });
}

#[test]
fn the_exit_of_a_child_that_was_cancelled_finds_the_childs_value() {
    check(async || {
        let (log, entered) = (Log::new(), Gate::new());
        NUMBER.set(1);
        let group = task_group!(tg, {
            tg.spawn(holds(log.clone(), entered.clone()));
            entered.pass().await;
            tg.cancel("enough");
        });
        group.unwrap();
        assert_eq!((log.get().as_str(), NUMBER.get()), ("2 7", 1));
    });
}

// An exit that a cancellation leaves to another scope is no part of what goes on beside it.
#[test]
fn the_exit_after_a_timeout_has_values_of_its_own() {
    check(async || {
        let (log, entered) = (Log::new(), Gate::new());
        let late = NUMBER.scope(1, holds(log.clone(), entered.clone()));
        assert!(timeout(Duration::ZERO, late).await.is_err());
        assert_eq!(log.get(), "2 7");
        assert!(NUMBER.try_get().is_err());

        let log = Log::new();
        assert!(timeout(Duration::ZERO, holds(log.clone(), entered)).await.is_err());
        assert_eq!(log.get(), "2 7");
        assert_eq!(NUMBER.get(), 2, "the body was a part of this task");
    });
}

#[test]
fn the_exit_of_an_orphan_finds_what_whoever_dropped_it_finds() {
    check(async || {
        let log = Log::new();
        let mut held = Box::pin(holds(log.clone(), Gate::new()));
        assert!(poll_once(held.as_mut()).is_pending());
        thread::spawn(move || NUMBER.sync_scope(5, || drop(held))).join().unwrap();
        while tasks().iter().any(|task| task.kind() == TaskKind::Cleanup) {
            yield_now().await;
        }
        assert_eq!(log.get(), "5 7");
    });
}

#[test]
fn outside_every_task_the_values_are_the_threads_own() {
    bounded(|| {
        let token = NUMBER.set(1);
        thread::spawn(|| assert!(NUMBER.try_get().is_err())).join().unwrap();
        futures_lite::future::block_on(async { assert_eq!(NUMBER.get(), 1) });
        // Main inherits; what it changes stays its own.
        Runtime::builder().threads(2).build().run(async {
            assert_eq!(NUMBER.get(), 1);
            NUMBER.set(2);
            spawn(async { assert_eq!(NUMBER.get(), 2) }).await.unwrap();
            let handle = Handle::current();
            let outside = to_thread(|| {
                let foreign = thread::spawn(move || {
                    NUMBER.set(3);
                    handle.spawn(async { NUMBER.get() })
                });
                foreign.join().unwrap()
            });
            // A plain thread inherits nothing, and what it spawns inherits from it.
            assert_eq!(outside.await.unwrap().await.unwrap(), 3);
        });
        assert_eq!(NUMBER.get(), 1);
        token.reset();
        assert!(NUMBER.try_get().is_err());
    });
}

#[test]
fn the_default_is_made_once_and_is_nobodys_own() {
    static MADE: AtomicU32 = AtomicU32::new(0);
    task_local! {
        static DEFAULT: u32 = 10 + MADE.fetch_add(1, Ordering::SeqCst);
    }
    check(async || {
        assert_eq!(spawn(async { DEFAULT.get() }).await.unwrap(), 10);
        assert_eq!(DEFAULT.set(1).old_value(), None);
        assert_eq!(DEFAULT.get(), 1);
        assert_eq!(thread::spawn(|| DEFAULT.get()).join().unwrap(), 10);
    });
    assert_eq!(MADE.load(Ordering::SeqCst), 1);
}

#[test]
fn a_token_leads_back_to_the_value_before() {
    check(async || {
        let first = NUMBER.set(1);
        assert_eq!(first.old_value(), None);
        let second = NUMBER.set(2);
        assert_eq!(second.old_value(), Some(&1));
        let third = NUMBER.set(3);
        // In any order, as Python's.
        second.reset();
        assert_eq!(NUMBER.get(), 1);
        third.reset();
        assert_eq!(NUMBER.get(), 2);
        first.reset();
        assert!(NUMBER.try_get().is_err());

        // It is for the task that uses it.
        let token = NUMBER.set(4);
        spawn(async move {
            token.reset();
            assert!(NUMBER.try_get().is_err());
        })
        .await
        .unwrap();
        assert_eq!(NUMBER.get(), 4);
    });
}

#[test]
#[should_panic(
    expected = "the task local `NUMBER` has no value here: run this in `NUMBER.scope(..)`"
)]
fn to_get_what_is_not_there_panics() {
    let _ = NUMBER.get();
}

#[test]
fn with_may_set_what_it_looks_at() {
    NUMBER.sync_scope(1, || {
        let before = NUMBER.with(|number| {
            NUMBER.set(2);
            NUMBER.with(|newer| (*number, *newer))
        });
        assert_eq!(before, (1, 2));
    });
}

#[test]
fn many_locals_do_not_disturb_each_other() {
    task_local! {
        static A: u8; static B: String; static C: Vec<u8>;
        static D: u8 = 4; static E: u8
    }
    check(async || {
        let seen = || {
            let b = B.try_with(String::clone).unwrap_or_default();
            (A.try_get().ok(), b, C.try_with(Vec::len).ok(), D.get(), E.try_get().ok())
        };
        let (d, b) = (D.set(40), B.set("b".into()));
        let (a, e, c) = (A.set(1), E.set(5), C.set(vec![1, 2, 3]));
        assert_eq!(seen(), (Some(1), "b".into(), Some(3), 40, Some(5)));
        c.reset();
        d.reset();
        assert_eq!(seen(), (Some(1), "b".into(), None, 4, Some(5)));
        a.reset();
        b.reset();
        e.reset();
        assert_eq!(seen(), (None, String::new(), None, 4, None));
    });
}

mod elsewhere {
    taipan::task_local! {
        /// Documented.
        #[allow(dead_code)]
        pub(crate) static PUBLIC: u8 = 1;
        #[cfg(any())]
        static NEVER: Missing;
    }
    taipan::task_local!();
}

#[test]
fn it_is_declared_as_any_static() {
    assert_eq!(elsewhere::PUBLIC.get(), 1);
    assert_eq!(format!("{:?}", elsewhere::PUBLIC), "LocalKey { name: \"PUBLIC\", .. }");
    assert_eq!(
        format!("{:?}", NUMBER.sync_scope(1, || NUMBER.set(2))),
        "Token { local: \"NUMBER\", old_value: Some(1) }"
    );
}

#[test]
fn all_of_it_may_move_to_another_thread() {
    fn ask<T: Send + Sync>(_: &T) {}
    ask(&NUMBER);
    ask(&NUMBER.sync_scope(1, || NUMBER.set(2)));
    ask(&NUMBER.scope(1, async {}));
    ask(&NUMBER.try_get().unwrap_err());
    let _pinned = pin!(NUMBER.scope(1, async {}));
}
