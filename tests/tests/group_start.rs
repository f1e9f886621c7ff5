//! `TaskGroup::start`: waiting until a child is ready. (I231, to say so twice, cannot be written: `Ready::set` takes itself.)
#![forbid(unsafe_code)]

use std::future::pending;

use taipan::group::Ready;
use taipan::{TaskGroup, spawn, task_group, try_task_group, yield_now};
use taipan_tests::{Counter, Gate, on_drop};

#[path = "support/group.rs"]
mod support;
use support::{Exits, check};

// I230: the value, and then the end.
#[test]
fn start_gives_the_value_of_a_ready_child() {
    check(async || {
        let exits = Exits::new();
        let result = try_task_group(async |tg: &TaskGroup| {
            let theirs = exits.clone();
            let port = tg
                .start(|ready: Ready<u16>| {
                    theirs.hold("child", async move {
                        yield_now().await;
                        ready.set(80);
                        yield_now().await;
                    })
                })
                .await?;
            Ok::<_, taipan::BoxError>(port)
        });
        assert_eq!(result.await.unwrap(), 80);
        assert_eq!(exits.all(), 1);
    });
}

// I232 I234: unwrapped, and the group lives on.
#[test]
fn a_child_that_ends_before_it_is_ready() {
    check(async || {
        let result = task_group(async |tg: &TaskGroup| {
            let failed = tg.start(async |_: Ready<()>| Err::<(), _>("no port")).await;
            let error = failed.unwrap_err();
            assert_eq!(error.to_string(), "the child failed before it was ready: no port");
            assert_eq!(error.into_inner().unwrap().to_string(), "no port");
            let ended = tg.start(async |_: Ready<()>| ()).await.unwrap_err();
            assert_eq!(ended.to_string(), "the child ended before it was ready");
            let done = Counter::new();
            let ran = done.clone();
            tg.spawn(async move { ran.add() });
            while tg.running() > 0 {
                yield_now().await;
            }
            done.get()
        });
        assert_eq!(result.await.unwrap(), 1);
    });
}

// I233: the error is the group's.
#[test]
fn a_child_that_fails_after_it_was_ready() {
    check(async || {
        let result = task_group(async |tg: &TaskGroup| {
            let started = tg.start(async |ready: Ready<u8>| {
                ready.set(1);
                Err::<(), _>("later")
            });
            let _ = started.await;
            pending::<()>().await;
        });
        assert_eq!(result.await.unwrap_err().first().unwrap().to_string(), "later");
    });
}

// I235: the child is cancelled and awaited, the group is not cancelled.
#[test]
fn start_that_is_cancelled() {
    check(async || {
        let exits = Exits::new();
        let result = task_group(async |tg: &TaskGroup| {
            let (theirs, begun) = (exits.clone(), Gate::new());
            let ready = begun.clone();
            let starter = spawn({
                let tg = tg.clone();
                async move {
                    let started = tg.start(|never: Ready<()>| {
                        theirs.hold("child", async move {
                            let _never = never;
                            ready.open();
                            pending::<()>().await;
                        })
                    });
                    started.await
                }
            });
            begun.pass().await;
            assert!(starter.stop().await.is_none());
            assert_eq!(exits.all(), 1, "the child's end was awaited");
            let (ran, done) = (Counter::new(), Gate::new());
            let (counter, gate) = (ran.clone(), done.clone());
            tg.spawn(async move {
                counter.add();
                gate.open();
            });
            done.pass().await;
            ran.get()
        });
        assert_eq!(result.await.unwrap(), 1);
    });
}

// I236: at once.
#[test]
fn start_in_a_group_that_has_ended() {
    check(async || {
        let ended = task_group(async |tg: &TaskGroup| tg.clone()).await.unwrap();
        let error = ended.start(async |ready: Ready<u8>| ready.set(1)).await.unwrap_err();
        assert!(error.is_closed());
    });
}

// I237: the body has ended, and nobody else is in the group: who starts a child from outside holds it open.
#[test]
fn a_group_is_open_while_a_child_is_started() {
    check(async || {
        let (exits, begun, go) = (Exits::new(), Gate::new(), Gate::new());
        let ended = Gate::new();
        let (hand, handed) = std::sync::mpsc::channel::<TaskGroup>();
        let group = spawn({
            let (exits, begun, ended) = (exits.clone(), begun.clone(), ended.clone());
            async move {
                let result = task_group(async |tg: &TaskGroup| {
                    let _ended = on_drop(|| ended.open());
                    hand.send(tg.clone()).unwrap();
                    begun.pass().await;
                });
                result.await.unwrap();
                exits.log.add("group");
            }
        });
        let starter = spawn({
            let (exits, go) = (exits.clone(), go.clone());
            async move {
                let tg = loop {
                    if let Ok(tg) = handed.try_recv() {
                        break tg;
                    }
                    yield_now().await;
                };
                let child = exits.clone();
                let started = tg.start(|ready: Ready<u16>| {
                    child.hold("child", async move {
                        begun.open();
                        go.pass().await;
                        ready.set(80);
                        yield_now().await;
                    })
                });
                assert_eq!(started.await.unwrap(), 80);
            }
        });
        ended.pass().await;
        assert!(!group.is_finished());
        go.open();
        starter.await.unwrap();
        group.await.unwrap();
        assert_eq!(exits.log.get(), "child:Returned group");
    });
}
