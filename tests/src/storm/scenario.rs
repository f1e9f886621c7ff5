//! The scenario: ways to hold a resource, one after the other, inside a resource.
//!
//! Each part says in which place it runs, and tells the books when the scope around it has reported. What
//! goes wrong in it is planned: the payload of a panic and the words of an error are [`PLANNED`].

use std::any::Any;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::pin::pin;
use std::time::Duration;

use futures_lite::{FutureExt, StreamExt, future};
use taipan::{
    Resource, Task, TaskGroup, closing, finally, gather, race, select, shield, spawn, spawn_local,
    task_group, timeout, try_gather, with,
};

use super::foreign::{Boxed, generator, join_all};
use super::ledger::{Kind, Place};

/// What planned panics and errors carry.
pub(super) const PLANNED: &str = "planned";

/// Whether a panic is one of the scenario's.
pub(super) fn is_planned(payload: &(dyn Any + Send)) -> bool {
    payload.downcast_ref() == Some(&PLANNED)
}

/// How many parts a run has, of the kinds below.
const PARTS: usize = 3;

/// Parts that the seed picks, one after the other.
pub(super) async fn scenario(place: Place) {
    place.tick().await;
    with(place.enter(), async |a| {
        for _ in 0..PARTS {
            match a.random(16) {
                0 => nested(a).await,
                1 => time_limit(a).await,
                2 => lost_race(a).await,
                3 => panicking_sibling(a).await,
                4 => foreign_or(a).await,
                5 => foreign_join(a).await,
                6 => foreign_stream(a).await,
                7 => group(a).await,
                8 => shielded(a).await,
                9 => at_last(a).await,
                10 => owned_tasks(a).await,
                11 => watched_task(a).await,
                12 => jumps(a).await,
                13 => blocks(a).await,
                14 => group_block(a).await,
                _ => selected(a).await,
            }
        }
    })
    .await;
    place.line();
}

/// Holds one resource for a while.
async fn leaf(place: Place) {
    place.line();
    with(place.enter(), async |held| held.tick().await).await;
    place.line();
}

/// As the body of a task.
async fn leaf_of_task(place: Place) {
    place.is_task();
    leaf(place).await;
}

/// A resource around a resource; and two beside each other.
async fn nested(place: &Place) {
    with(place.enter(), async |outer| {
        with(outer.enter(), async |inner| gather!(leaf(inner.clone()), leaf(inner.clone())).await)
            .await;
        outer.tick().await;
    })
    .await;
}

/// A limit of zero comes at the first wait, while a resource is held.
async fn time_limit(place: &Place) {
    let scope = place.inside(Kind::Scope);
    let late = timeout(Duration::ZERO, with(scope.enter(), async |held| leaf(held.clone()).await));
    let late = late.await;
    scope.end();
    assert!(late.is_err(), "a leaf waits");
}

/// The other arm is ready first, or not.
async fn lost_race(place: &Place) {
    let scope = place.inside(Kind::Scope);
    race!(leaf(scope.clone()), scope.tick()).await;
    scope.end();
}

async fn panicking_sibling(place: &Place) {
    let scope = place.inside(Kind::Scope);
    let siblings = async {
        let works = async {
            leaf(scope.clone()).await;
            Ok::<_, ()>(())
        };
        let panics = async {
            scope.tick().await;
            resume_unwind(Box::new(PLANNED)) // no word on standard error
        };
        let _: Result<((), ()), ()> = try_gather!(works, panics).await;
    };
    let panic = AssertUnwindSafe(siblings).catch_unwind().await;
    scope.end();
    assert!(panic.is_err_and(|payload| is_planned(&*payload)), "the sibling panics");
}

/// Foreign code drops a resource; the enclosing scope waits.
async fn foreign_or(place: &Place) {
    future::or(leaf(place.clone()), place.tick()).await;
    place.tick().await;
}

async fn foreign_join(place: &Place) {
    let leaves = (0..3).map(|_| Box::pin(leaf(place.clone())) as Boxed);
    future::or(join_all(leaves), place.tick()).await;
}

/// A stream is dropped between two items, holding a resource that nobody polls.
async fn foreign_stream(place: &Place) {
    let theirs = place.clone();
    let mut items = pin!(generator(|item| async move {
        with(theirs.enter(), async |held| {
            for _ in 0..3 {
                leaf(held.clone()).await;
                item.give().await;
            }
        })
        .await;
    }));
    for _ in 0..2 {
        assert!(items.next().await.is_some(), "there are three");
        place.tick().await;
    }
}

/// One child fails: its siblings, one in the background, one queued, and the body are cancelled.
async fn group(place: &Place) {
    let scope = place.inside(Kind::Scope);
    let failed = TaskGroup::new().limit(2).run(async |tg| {
        let task = || scope.inside(Kind::Task);
        tg.spawn(leaf_of_task(task()));
        let failing = task();
        tg.spawn(async move {
            failing.is_task();
            leaf(failing).await;
            Err::<(), _>(PLANNED)
        });
        tg.spawn(leaf_of_task(task()));
        let background = task();
        tg.background(async move {
            background.is_task();
            with(background.enter(), async |_| future::pending::<()>().await).await;
        });
        leaf(scope.clone()).await;
    });
    let failed = failed.await;
    scope.end();
    assert!(failed.is_err(), "a child fails");
}

async fn shielded(place: &Place) {
    let shielded = place.inside(Kind::Shielded);
    shield(leaf(shielded.clone())).await;
    shielded.end();
}

async fn at_last(place: &Place) {
    let held = place.enter();
    finally(leaf(place.clone()), move |outcome| async move {
        Resource::exit(held, outcome).await;
    })
    .await;
}

/// Tasks that are cancelled with whoever awaits them.
async fn owned_tasks(place: &Place) {
    let scope = place.inside(Kind::Scope);
    let shared = spawn(leaf_of_task(scope.inside(Kind::Task)));
    let local = spawn_local(leaf_of_task(scope.inside(Kind::Task)));
    let tasks = async { gather!(shared, local).await };
    race!(async { drop(tasks.await) }, scope.tick()).await;
    scope.end();
}

/// A task that outlives a look at it, and is stopped by an exit.
async fn watched_task(place: &Place) {
    let task = spawn(leaf_of_task(place.inside(Kind::Task)));
    let watched = closing(Some(task), |task: Option<Task<()>>| async move {
        if let Some(task) = task {
            _ = task.stop().await;
        }
    });
    with(watched, async |watched| {
        let task = watched.as_mut().expect("nobody has taken it");
        if timeout(Duration::ZERO, task).await.is_ok() {
            **watched = None; // it has ended, and its result is taken
        }
        place.tick().await;
    })
    .await;
}

/// The bodies of macros are left by jumps of this function.
async fn jumps(place: &Place) {
    for turn in 0..2 {
        with!(outer = place.enter(), {
            with!(inner = outer.enter(), {
                inner.tick().await;
                if turn == 0 {
                    continue;
                }
                inner.line();
            });
            outer.tick().await;
        });
    }
}

async fn blocks(place: &Place) {
    let scope = place.inside(Kind::Scope);
    let late = timeout!(Duration::ZERO, {
        with!(held = scope.enter(), {
            leaf(held.clone()).await;
        });
    });
    scope.end();
    assert!(late.is_err(), "a leaf waits");
    let held = place.enter();
    finally!({ place.tick().await }, async move |outcome| Resource::exit(held, outcome).await);
}

/// The body fails, which cancels the child, and leaves this function.
async fn group_block(place: &Place) {
    let scope = place.inside(Kind::Scope);
    let failed: Result<(), &str> = async {
        let group = task_group!(tg, {
            tg.spawn(leaf_of_task(scope.inside(Kind::Task)));
            with!(held = scope.enter(), {
                held.tick().await;
                Err(PLANNED)?;
            });
        });
        unreachable!("the body has failed: {group:?}")
    }
    .await;
    scope.end();
    assert!(failed.is_err());
}

/// When a body runs, the other arm has ended. (By lot, the same seed would not give the same storm.)
async fn selected(place: &Place) {
    let scope = place.inside(Kind::Scope);
    select!(match (biased, work = leaf(scope.clone()), quiet = scope.tick()) {
        work(()) => scope.end(),
        quiet(()) => scope.end(),
    });
}
