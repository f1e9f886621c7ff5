//! The state of a task, model-checked: who may touch what lies beside it.
//!
//! Loom's cells stand for the future, the output and the awaiter's place: it reports an access that another thread's may
//! meet. Nothing is in them.

use std::sync::Arc;

use loom::cell::UnsafeCell;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

use super::state::{CANCELLED, Completed, DISOWNED, ENDED, HasEnded, State, Woken};

struct Task {
    state: State,
    future: UnsafeCell<()>,
    output: UnsafeCell<()>,
    awaiter: UnsafeCell<()>,
    /// How often it was put on a queue.
    queued: AtomicUsize,
    /// Written before a wake, without any order of its own.
    news: AtomicUsize,
    freed: AtomicUsize,
}

impl Task {
    /// One that is scheduled.
    fn new() -> Arc<Task> {
        Arc::new(Task {
            state: State::in_cell(),
            future: UnsafeCell::new(()),
            output: UnsafeCell::new(()),
            awaiter: UnsafeCell::new(()),
            queued: AtomicUsize::new(1),
            news: AtomicUsize::new(0),
            freed: AtomicUsize::new(0),
        })
    }

    fn enqueue(&self) {
        assert_eq!(self.queued.fetch_add(1, Ordering::AcqRel), 0, "it is on the queue twice");
    }

    fn dequeue(&self) -> bool {
        self.queued.compare_exchange(1, 0, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }

    /// Polls it as long as it is on the queue; what it saw of the news.
    fn run(&self) -> usize {
        let mut seen = 0;
        while self.dequeue() {
            self.state.start();
            self.future.with_mut(|_| seen = self.news.load(Ordering::Relaxed));
            if self.state.rest() {
                self.enqueue();
            }
        }
        seen
    }

    /// It is taken from the queue, and ends.
    fn end(&self) -> Completed {
        assert!(self.dequeue());
        self.state.start();
        self.future.with_mut(|_| ());
        let settled = self.state.has(DISOWNED);
        self.output.with_mut(|_| ());
        let completed = self.state.complete(settled);
        match completed {
            Completed::Awaited => self.awaiter.with(|_| ()), // the handle may look at it meanwhile
            Completed::Disowned => self.output.with_mut(|_| ()),
            Completed::Released { last } => {
                if last {
                    self.free();
                }
                return completed;
            }
        }
        self.release();
        completed
    }

    fn release(&self) {
        if self.state.release() {
            self.free();
        }
    }

    fn free(&self) {
        self.future.with_mut(|_| ());
        self.output.with_mut(|_| ());
        self.awaiter.with_mut(|_| ());
        assert_eq!(self.freed.fetch_add(1, Ordering::Relaxed), 0, "it is freed twice");
    }

    fn wake_by_ref(&self) {
        if self.state.wake_by_ref() {
            self.enqueue();
        }
    }

    /// The handle, which waits with another waker each time.
    fn wait(&self) -> Result<(), HasEnded> {
        if self.state.has(ENDED) {
            return Err(HasEnded);
        }
        if self.state.is_awaited() {
            self.awaiter.with(|_| ());
            self.state.take_awaiter()?;
        }
        self.awaiter.with_mut(|_| ());
        self.state.put_awaiter().inspect_err(|HasEnded| self.awaiter.with_mut(|_| ()))
    }

    /// The handle goes. Whether the task had ended: then the output was its own.
    fn give_up(&self) -> bool {
        if self.state.try_disown() {
            return false;
        }
        if self.state.is_awaited() && !self.state.has(ENDED) && self.state.take_awaiter().is_ok() {
            self.awaiter.with_mut(|_| ());
        }
        if self.state.disown().is_ok() {
            return false;
        }
        self.output.with_mut(|_| ());
        self.release();
        true
    }
}

/// The poll that follows a wake sees what was written before it, also if the task was to be polled already.
#[test]
fn two_wakes_race_with_polls() {
    loom::model(|| {
        let task = Task::new();
        let wakes = [1, 2].map(|news| {
            let task = Arc::clone(&task);
            thread::spawn(move || {
                task.news.fetch_add(news, Ordering::Relaxed);
                task.wake_by_ref();
            })
        });
        let mut seen = task.run();
        wakes.into_iter().for_each(|wake| wake.join().expect("no thread panics"));
        seen = seen.max(task.run());
        assert_eq!(seen, 3);
    });
}

/// Two threads may take it from the queue, one after the other; and never poll it at once.
#[test]
fn wakes_bring_it_from_thread_to_thread() {
    loom::model(|| {
        let task = Task::new();
        let threads = [1, 2].map(|news| {
            let task = Arc::clone(&task);
            thread::spawn(move || {
                task.news.fetch_add(news, Ordering::Relaxed);
                task.wake_by_ref();
                task.run()
            })
        });
        let mut seen = 0;
        for thread in threads {
            seen = thread.join().expect("no thread panics").max(seen);
        }
        assert_eq!(seen.max(task.run()), 3);
    });
}

/// A waker that is used up, or dropped, while the task ends and the handle goes: one of them frees the memory, when
/// nobody is at it any more.
#[test]
fn the_last_one_frees_the_memory() {
    for wakes in [true, false] {
        loom::model(move || {
            let task = Task::new();
            task.state.retain();
            let waker = thread::spawn({
                let task = Arc::clone(&task);
                move || {
                    if !wakes {
                        return task.release();
                    }
                    match task.state.wake() {
                        Woken::Schedule => unreachable!("it is scheduled, or has ended"),
                        Woken::Free => task.free(),
                        Woken::Nothing => {}
                    }
                }
            });
            let handle = thread::spawn({
                let task = Arc::clone(&task);
                move || task.give_up()
            });
            let completed = task.end();
            let had_ended = handle.join().expect("no thread panics");
            waker.join().expect("no thread panics");
            assert!(!had_ended || completed == Completed::Released { last: false });
            assert_eq!(task.freed.load(Ordering::Relaxed), 1);
        });
    }
}

/// Whoever awaits the task is woken, or finds that it has ended; also if he comes with another waker, or gives up.
#[test]
fn an_awaiter_comes_while_the_task_ends() {
    for polls in [1, 2] {
        for gives_up in [false, true] {
            loom::model(move || {
                let task = Task::new();
                let handle = thread::spawn({
                    let task = Arc::clone(&task);
                    move || {
                        let waits = (0..polls).map(|_| task.wait().is_ok()).last();
                        if gives_up {
                            task.give_up();
                        }
                        waits
                    }
                });
                let completed = task.end();
                let waits = handle.join().expect("no thread panics");
                if !gives_up {
                    assert!(completed == Completed::Awaited || waits == Some(false));
                    assert!(task.give_up());
                }
                assert_eq!(task.freed.load(Ordering::Relaxed), 1);
            });
        }
    }
}

/// A request marks the task, and wakes it.
#[test]
fn a_request_comes_while_it_is_polled() {
    loom::model(|| {
        let task = Task::new();
        let asks = thread::spawn({
            let task = Arc::clone(&task);
            move || {
                task.state.mark(CANCELLED);
                task.wake_by_ref();
            }
        });
        task.run();
        asks.join().expect("no thread panics");
        let mut seen = task.state.has(CANCELLED);
        while task.dequeue() {
            task.state.start();
            seen = task.state.has(CANCELLED);
            assert!(!task.state.rest());
        }
        assert!(seen);
    });
}
