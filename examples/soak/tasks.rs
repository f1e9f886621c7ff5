//! Tasks: spawned, awaited, cancelled, left alone, in groups; some of them panic, some hold a resource.

use std::panic::resume_unwind;

use taipan::prelude::*;
use taipan::{GroupError, TaskError};

use crate::books::{Account, Entry, wrong};
use crate::shift::Shift;

/// Tasks that are awaited, by what becomes of their bodies, and by what their handles tell.
pub(crate) static BODIES: Account = Account::new("tasks, their bodies");
pub(crate) static HANDLES: Account = Account::new("tasks, as told");
/// Tasks whose handles are dropped, and what the error hook hears of them.
pub(crate) static LEFT_ALONE: Account = Account::new("tasks left alone");
pub(crate) static REPORTED: Account = Account::new("panics reported");
pub(crate) static CHILDREN: Account = Account::new("children of groups");
/// Done: exited. What is entered and never exited stays open; what is dropped with its exit half-way is cancelled.
pub(crate) static RESOURCES: Account = Account::new("resources");

/// Something whose goodbye takes a while.
struct Room(Entry);

impl Room {
    fn enter() -> Room {
        Room(RESOURCES.begin())
    }
}

impl Resource for Room {
    type Exit = ();

    async fn exit(self, _: Outcome) {
        yield_now().await;
        sleep!(20us).await;
        self.0.done();
    }
}

/// A panic that is expected: nothing is printed.
fn planned_panic() -> ! {
    resume_unwind(Box::new("planned"))
}

/// Does this and that for a moment; `dice` decides what.
async fn work(mut dice: Shift, entry: Entry) {
    for _ in 0..dice.below(4) {
        match dice.below(8) {
            0 => sleep(dice.moment(300)).await,
            1 => with!(_ = Room::enter(), { sleep(dice.moment(200)).await }),
            2 => {
                with!(_ = Room::enter(), _ = Room::enter(), {
                    if dice.one_in(8) {
                        planned_panic();
                    }
                    yield_now().await;
                });
            }
            3 => {
                let _ =
                    timeout(dice.moment(200), with(Room::enter(), async |_| sleep!(100us).await))
                        .await;
            }
            _ => yield_now().await,
        }
    }
    if dice.one_in(16) {
        planned_panic();
    }
    entry.done();
}

/// What a handle tells.
fn tell<T>(entry: Entry, result: Result<T, TaskError>) {
    match result {
        Ok(_) => entry.done(),
        Err(error) if error.is_cancelled() => drop(entry),
        Err(_) => entry.panicked(),
    }
}

pub(crate) async fn load(mut dice: Shift) {
    while !dice.is_over() {
        match dice.below(4) {
            0 => some_at_once(&mut dice).await,
            1 => left_alone(&mut dice),
            2 => group(&mut dice).await,
            _ => cancelled(&mut dice).await,
        }
    }
}

/// What each task is to do, decided here: the same seed, the same loads.
fn throw(dice: &mut Shift) -> Shift {
    dice.below(1000);
    dice.clone()
}

async fn some_at_once(dice: &mut Shift) {
    let tasks: Vec<_> = (0..dice.below(20))
        .map(|_| (HANDLES.begin(), spawn(work(throw(dice), BODIES.begin()))))
        .collect();
    for (entry, task) in tasks {
        tell(entry, task.await);
    }
}

/// Cancelled before they begin, or somewhere on their way.
async fn cancelled(dice: &mut Shift) {
    let tasks: Vec<_> = (0..dice.below(10))
        .map(|_| (HANDLES.begin(), spawn(work(throw(dice), BODIES.begin()))))
        .collect();
    sleep(dice.moment(150)).await;
    for (entry, mut task) in tasks {
        match dice.below(3) {
            0 => {
                task.cancel();
                tell(entry, task.await);
            }
            // Only looked at, and then stopped.
            1 => match timeout(dice.moment(50), &mut task).await {
                Ok(result) => tell(entry, result),
                Err(_) => {
                    task.cancel_with("it takes too long");
                    tell(entry, task.await);
                }
            },
            _ => tell(entry, task.await),
        }
    }
}

fn left_alone(dice: &mut Shift) {
    for _ in 0..dice.below(5) {
        spawn(work(throw(dice), LEFT_ALONE.begin())).detach();
    }
}

/// The first child that fails cancels the others; all have ended when the group has.
async fn group(dice: &mut Shift) {
    let limit = 1 + dice.below(6);
    let fails = dice.one_in(3);
    let ended: Result<(), GroupError> = task_group!(children = TaskGroup::new().limit(limit), {
        for n in 0..dice.below(12) {
            let (mut dice, entry) = (throw(dice), CHILDREN.begin());
            children.spawn(async move {
                sleep(dice.moment(100)).await;
                with!(_ = Room::enter(), { yield_now().await });
                if fails && n == 3 {
                    return Err("planned");
                }
                entry.done();
                Ok(())
            });
        }
    });
    if let Err(error) = ended
        && !fails
    {
        wrong(format!("a group failed: {error}"));
    }
}
