//! Threads that take jobs from one queue.
//!
//! # The protocol
//!
//! 1. Jobs are taken in the order in which they came. One that nobody has taken can be withdrawn: who takes it out
//!    of the queue, under the lock, decides.
//! 2. A thread is free if it waits for a job. When there are more jobs than free threads, another one is started, up
//!    to the bound. But one at a time: whoever brings jobs pays for one start at most, and the thread that was started
//!    starts the next, if there is still need, before it runs its job. So a burst of short jobs gets few threads; and
//!    of jobs that block, none waits for another while there are threads left to start.
//! 3. A thread that has been free for the idle time leaves, but not while a job lies there. Nobody wants its
//!    patience any more once the pool has *retired*.
//! 4. If no thread can be started the jobs wait for those that are there; if there are none, the job is refused.
//! 5. A pool that is *closed* accepts nobody. It is over when all whom it had accepted are through and all threads
//!    have left.
//! 6. Nothing foreign runs under the lock: jobs are run and dropped outside.

use std::collections::BTreeMap;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

#[cfg(taipan_loom)]
use loom::{
    sync::{Condvar, Mutex, MutexGuard},
    thread,
};
#[cfg(not(taipan_loom))]
use std::{
    sync::{Condvar, Mutex, MutexGuard},
    thread,
};

use crate::sync::{Event, OwnedSemaphorePermit, Semaphore};
use crate::waits::Site;

/// What a thread runs, once.
pub(super) type Job = Box<dyn FnOnce() + Send>;

/// How a pool is set up.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    /// The threads are `NAME-1`, `NAME-2`, ..
    pub(super) name: String,
    /// How many threads there are at most.
    pub(super) threads: usize,
    /// How many jobs lie in the queue at most, when all threads are busy.
    pub(super) queue: Option<usize>,
    /// How long a free thread waits for a job.
    pub(super) idle: Duration,
    pub(super) stack_size: Option<usize>,
}

/// A queue of jobs and its threads.
pub(super) struct Pool {
    pub(super) settings: Settings,
    state: Mutex<State>,
    /// Where free threads wait.
    work: Condvar,
    /// A permit for each call that may be on a thread or in the queue, if the queue is bounded.
    turns: Option<Arc<Semaphore>>,
    /// Set when a closed pool is over.
    over: Event,
}

#[derive(Default)]
struct State {
    /// By the order in which they came.
    jobs: BTreeMap<u64, Job>,
    /// How many jobs there have been.
    submitted: u64,
    /// How many threads there are, the one that is being started among them.
    alive: usize,
    /// How many of them are free.
    idle: usize,
    /// Whether one is being started.
    starting: bool,
    /// The numbers, up to the highest that was given, that no thread has.
    numbers: Vec<usize>,
    /// How many were accepted and are not through.
    accepted: usize,
    retired: bool,
    closed: bool,
}

impl State {
    fn is_over(&self) -> bool {
        self.closed && self.accepted == 0 && self.alive == 0
    }
}

/// Names a job that was submitted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ticket(u64);

/// What a pool is doing.
pub(super) struct Look {
    pub(super) threads: usize,
    pub(super) idle: usize,
    pub(super) queued: usize,
    pub(super) waiting: usize,
}

impl Pool {
    pub(super) fn new(settings: Settings) -> Arc<Pool> {
        // With more permits than the semaphore can count, nobody ever waits.
        let turns = settings.queue.and_then(|queue| settings.threads.checked_add(queue));
        Arc::new(Pool {
            settings,
            state: Mutex::new(State::default()),
            work: Condvar::new(),
            turns: turns.map(|turns| Arc::new(Semaphore::new(turns))),
            over: Event::new(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets somebody in who is going to submit a job. `None`: the pool is closed.
    pub(super) fn accept(self: &Arc<Self>) -> Option<Accepted> {
        let mut state = self.lock();
        if state.closed {
            return None;
        }
        state.accepted += 1;
        Some(Accepted { pool: Arc::clone(self) })
    }

    /// Waits, where the queue is bounded, until there is room for a job.
    pub(super) fn turn(
        &self,
        site: Site,
    ) -> Option<impl Future<Output = OwnedSemaphorePermit> + Send + Sync + use<>> {
        self.turns.as_ref().map(|turns| Semaphore::acquire_owned_at(Arc::clone(turns), 1, site))
    }

    /// Puts a job in the queue. Refused: there is no thread, and none can be started.
    pub(super) fn submit(self: &Arc<Self>, job: Job) -> Result<Ticket, (Job, io::Error)> {
        let mut state = self.lock();
        let ticket = state.submitted;
        state.submitted += 1;
        state.jobs.insert(ticket, job);
        if let Err(error) = self.staff(&mut state)
            && state.alive == 0
            && let Some(job) = state.jobs.remove(&ticket)
        {
            return Err((job, error));
        }
        let wake = state.idle > 0;
        drop(state);
        if wake {
            self.work.notify_one();
        }
        Ok(Ticket(ticket))
    }

    /// Takes a job out of the queue again. `None`: a thread has taken it.
    pub(super) fn withdraw(&self, ticket: Ticket) -> Option<Job> {
        self.lock().jobs.remove(&ticket.0)
    }

    /// Starts a thread, if one is wanted.
    fn staff(self: &Arc<Self>, state: &mut State) -> io::Result<()> {
        let free = state.jobs.len() <= state.idle;
        if free || state.starting || state.alive == self.settings.threads {
            return Ok(());
        }
        // All numbers up to the highest are taken, if none was given back: as many as there are threads.
        let number = state.numbers.pop().unwrap_or(state.alive + 1);
        let mut builder = thread::Builder::new().name(format!("{}-{number}", self.settings.name));
        if let Some(size) = self.settings.stack_size {
            builder = builder.stack_size(size);
        }
        let pool = Arc::clone(self);
        match builder.spawn(move || pool.work(number)) {
            Ok(_) => {
                state.alive += 1;
                state.starting = true;
                Ok(())
            }
            Err(error) => {
                state.numbers.push(number);
                Err(error)
            }
        }
    }

    /// The life of a thread.
    fn work(self: Arc<Self>, number: usize) {
        let mut state = self.lock();
        state.starting = false;
        loop {
            if let Some((_, job)) = state.jobs.pop_first() {
                // Refused, it is tried again with the next job.
                let _ = self.staff(&mut state);
                drop(state);
                // A call catches its own panics: this is for a destructor's.
                let _ = catch_unwind(AssertUnwindSafe(job));
                state = self.lock();
                continue;
            }
            if state.retired || self.settings.idle.is_zero() {
                break;
            }
            state.idle += 1;
            let waited = self.work.wait_timeout(state, self.settings.idle);
            let (woken, waited) = waited.unwrap_or_else(PoisonError::into_inner);
            state = woken;
            state.idle -= 1;
            if waited.timed_out() && state.jobs.is_empty() {
                break;
            }
        }
        state.alive -= 1;
        state.numbers.push(number);
        self.leave(state);
    }

    /// Tells if the pool is over.
    fn leave(&self, state: MutexGuard<'_, State>) {
        let over = state.is_over();
        drop(state);
        if over {
            self.over.set();
        }
    }

    /// Lets the free threads go, now and later.
    pub(super) fn retire(&self) {
        self.lock().retired = true;
        self.work.notify_all();
    }

    /// Accepts nobody any more, and retires.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        state.retired = true;
        self.leave(state);
        self.work.notify_all();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.lock().closed
    }

    /// Waits until a closed pool is over.
    pub(super) async fn over(&self, site: Site) {
        self.over.wait_at(site).await;
    }

    pub(super) fn look(&self) -> Look {
        let waiting = self.turns.as_ref().map_or(0, |turns| turns.statistics().waiting);
        let state = self.lock();
        Look { threads: state.alive, idle: state.idle, queued: state.jobs.len(), waiting }
    }
}

/// Somebody whom a pool has let in, until it is through.
pub(super) struct Accepted {
    pool: Arc<Pool>,
}

impl Drop for Accepted {
    fn drop(&mut self) {
        let mut state = self.pool.lock();
        state.accepted -= 1;
        self.pool.leave(state);
    }
}
