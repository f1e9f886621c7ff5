//! Children in their group: places, names, the ways to spawn.
#![forbid(unsafe_code)]

use std::future::pending;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use taipan::{Task, TaskGroup, task_group, yield_now};
use taipan_tests::{Counter, Gate, Log, poll_once};

#[path = "support/group.rs"]
mod support;
use support::{Exits, check};

/// How many run at once, and the most that ever did.
#[derive(Clone, Default)]
struct Crowd(Arc<(AtomicUsize, AtomicUsize)>);

impl Crowd {
    async fn join(self) {
        let now = self.0.0.fetch_add(1, Ordering::SeqCst) + 1;
        self.0.1.fetch_max(now, Ordering::SeqCst);
        for _ in 0..3 {
            yield_now().await;
        }
        self.0.0.fetch_sub(1, Ordering::SeqCst);
    }

    fn most(&self) -> usize {
        self.0.1.load(Ordering::SeqCst)
    }
}

// I184 I185: children are added while others run, by helpers and by children.
#[test]
fn the_group_waits_for_all() {
    async fn helper(tg: &TaskGroup, ended: &Counter) {
        for _ in 0..3 {
            let (clone, ended) = (tg.clone(), ended.clone());
            tg.spawn(async move {
                yield_now().await;
                let inner = ended.clone();
                clone.spawn(async move {
                    yield_now().await;
                    inner.add();
                });
                ended.add();
            });
            yield_now().await;
        }
    }
    check(async || {
        let ended = Counter::new();
        task_group(async |tg: &TaskGroup| helper(tg, &ended).await).await.unwrap();
        assert_eq!(ended.get(), 6);
        assert_eq!(taipan::tasks().len(), 1);
    });
}

// I187: forgotten at once.
#[test]
fn a_long_lived_group_does_not_grow() {
    check(async || {
        let result = task_group(async |tg: &TaskGroup| {
            let mut most = 0;
            for _ in 0..2_000 {
                let ended = Gate::new();
                let end = ended.clone();
                tg.spawn(async move { end.open() });
                ended.pass().await;
                most = most.max(tg.running());
            }
            most
        });
        assert!(result.await.unwrap() <= 8, "those that are just ending are all");
    });
}

#[test]
fn no_more_than_the_limit_run() {
    check(async || {
        let crowd = Crowd::default();
        let ended = Counter::new();
        let result = TaskGroup::new().limit(3).run(async |tg: &TaskGroup| {
            for _ in 0..20 {
                let (crowd, ended) = (crowd.clone(), ended.clone());
                tg.spawn(async move {
                    crowd.join().await;
                    ended.add();
                });
            }
            for _ in 0..20 {
                let (crowd, ended) = (crowd.clone(), ended.clone());
                let child = async move {
                    crowd.join().await;
                    ended.add();
                };
                tg.spawn_when_free(child).await.unwrap();
            }
        });
        result.await.unwrap();
        assert_eq!(ended.get(), 40);
        assert_eq!(crowd.most(), 3);
    });
}

// Recursion, also when the group is full.
#[test]
fn children_of_a_full_group_spawn_into_it() {
    #[expect(clippy::manual_async_fn, reason = "recursive: it has to say that it is `Send`")]
    fn tree(tg: TaskGroup, depth: u32, seen: Counter) -> impl Future<Output = ()> + Send {
        async move {
            seen.add();
            yield_now().await;
            if depth > 0 {
                for _ in 0..2 {
                    tg.spawn(tree(tg.clone(), depth - 1, seen.clone()));
                }
            }
        }
    }
    check(async || {
        for limit in [1, 2] {
            let seen = Counter::new();
            let group = TaskGroup::new().limit(limit);
            let result =
                group.run(async |tg: &TaskGroup| tg.spawn(tree(tg.clone(), 6, seen.clone())));
            result.await.unwrap();
            assert_eq!(seen.get(), 127);
        }
    });
}

// Fairness: the queue is served in order, whoever stands in it; a waiter that goes leaves no gap.
#[test]
fn places_go_in_the_order_of_waiting() {
    check(async || {
        let log = Log::new();
        let result = TaskGroup::new().limit(1).run(async |tg: &TaskGroup| {
            let open = Gate::new();
            let gate = open.clone();
            tg.spawn(async move { gate.pass().await });
            let word = |word: &'static str| {
                let log = log.clone();
                async move { log.add(word) }
            };
            tg.spawn(word("a"));
            let mut gone = Box::pin(tg.spawn_when_free(word("gone")));
            assert!(poll_once(gone.as_mut()).is_pending());
            let mut b = pin!(tg.spawn_when_free(word("b")));
            assert!(poll_once(b.as_mut()).is_pending());
            tg.spawn(word("c"));
            drop(gone);
            open.open();
            b.await.unwrap();
        });
        result.await.unwrap();
        assert_eq!(log.get(), "a b c");
    });
}

// A place that was granted to a waiter who goes is passed on.
#[test]
fn a_granted_place_is_not_lost() {
    check(async || {
        let ran = Counter::new();
        let result = TaskGroup::new().limit(1).run(async |tg: &TaskGroup| {
            let open = Gate::new();
            let gate = open.clone();
            tg.spawn(async move { gate.pass().await });
            let mut gone = Box::pin(tg.spawn_when_free(async {}));
            assert!(poll_once(gone.as_mut()).is_pending());
            let ran = ran.clone();
            tg.spawn(async move { ran.add() });
            open.open();
            while tg.running() > 0 {
                yield_now().await;
            }
            drop(gone); // it had its turn, and does not take it
        });
        result.await.unwrap();
        assert_eq!(ran.get(), 1);
    });
}

// What waits for a place is refused when the group fails.
#[test]
fn the_queue_of_a_failing_group_is_dropped() {
    check(async || {
        let (polls, drops) = (Counter::new(), Counter::new());
        let (polled, dropped) = (polls.clone(), drops.clone());
        let result = TaskGroup::new().limit(1).run(async move |tg: &TaskGroup| {
            let open = Gate::new();
            let gate = open.clone();
            tg.spawn(async move {
                gate.pass().await;
                Err::<(), _>("failed")
            });
            for _ in 0..5 {
                tg.spawn(taipan_tests::counted(async {}, &polled, &dropped));
            }
            open.open();
            let waiting = taipan_tests::counted(async {}, &polled, &dropped);
            let _ = tg.spawn_when_free(waiting).await;
            pending::<()>().await;
        });
        assert_eq!(result.await.unwrap_err().len(), 1);
        assert_eq!((polls.get(), drops.get()), (0, 6));
    });
}

#[test]
fn a_background_child_ends_with_the_group() {
    check(async || {
        let exits = Exits::new();
        let result = TaskGroup::new().limit(1).run(async |tg: &TaskGroup| {
            let begun = Gate::new();
            let ready = begun.clone();
            tg.background(exits.clone().hold("background", async move {
                ready.open();
                pending::<()>().await;
            }));
            begun.pass().await;
            // It takes no place.
            tg.spawn(exits.clone().hold("child", yield_now()));
        });
        result.await.unwrap();
        assert_eq!(exits.all(), 2);
        assert_eq!(exits.log.get(), "child:Returned background:Cancelled");
    });
}

#[test]
fn a_background_child_that_fails_ends_the_group() {
    check(async || {
        let result = task_group(async |tg: &TaskGroup| {
            tg.background(async { Err::<(), _>("background") });
            pending::<()>().await;
        });
        assert_eq!(result.await.unwrap_err().first().unwrap().to_string(), "background");
    });
}

// I215: names; and the line is the caller's.
#[test]
fn a_child_has_a_name_and_a_line() {
    check(async || {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let result = TaskGroup::new().limit(1).run(async |tg: &TaskGroup| {
            let push = || {
                let seen = Arc::clone(&seen);
                async move { seen.lock().unwrap().push(taipan::current()) }
            };
            Task::builder().name("now").spawn_in(tg, push());
            Task::builder().name("queued").spawn_in(tg, push());
            tg.spawn_when_free(push()).await.unwrap();
        });
        result.await.unwrap();
        let seen = seen.lock().unwrap();
        assert_eq!((seen[0].name(), seen[1].name()), ("now".to_owned(), "queued".to_owned()));
        let main = taipan::current().id();
        for task in &*seen {
            assert_eq!(task.parent(), Some(main));
            assert!(task.location().file().ends_with("group_children.rs"));
        }
    });
}

// A clone spawns from a foreign thread.
#[test]
fn a_foreign_thread_spawns() {
    check(async || {
        let ran = Counter::new();
        let result = task_group(async |tg: &TaskGroup| {
            let (clone, ran) = (tg.clone(), ran.clone());
            let thread = taipan::to_thread(move || {
                std::thread::spawn(move || clone.try_spawn(async move { ran.add() }).is_ok()).join()
            });
            assert!(thread.await.unwrap());
        });
        result.await.unwrap();
        assert_eq!(ran.get(), 1);
    });
}

// I229: round by round, on one thread.
#[test]
fn two_children_take_turns() {
    taipan::Runtime::builder().threads(1).build().run(async {
        let log = Log::new();
        let result = task_group(async |tg| {
            for name in ["a", "b"] {
                let log = log.clone();
                tg.spawn(async move {
                    for _ in 0..3 {
                        log.add(name);
                        yield_now().await;
                    }
                });
            }
        });
        result.await.unwrap();
        assert_eq!(log.get(), "a b a b a b");
    });
}

// A child that never ends may give `!`.
#[test]
fn a_child_that_never_ends() {
    check(async || {
        let turns = Counter::new();
        let result = task_group(async |tg: &TaskGroup| {
            let counter = turns.clone();
            tg.background(async move {
                loop {
                    counter.add();
                    yield_now().await;
                }
            });
            while turns.get() < 3 {
                yield_now().await;
            }
        });
        result.await.unwrap();
        assert!(turns.get() >= 3);
    });
}
