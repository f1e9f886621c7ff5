//! Who polls the tasks that stay on their thread.

use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Waker;

use async_executor::LocalExecutor;
use async_task::{FallibleTask, Runnable};

use crate::sched::Queue;

/// Runs the own tasks of one thread.
#[derive(Clone)]
pub(crate) enum Local {
    /// As ordinary programs do.
    Executor(Rc<LocalExecutor<'static>>),
    /// As a test does: its loop chooses among them and the others.
    Lane(Arc<Lane>),
}

impl Local {
    pub(super) fn spawn<F>(&self, future: F) -> FallibleTask<F::Output>
    where
        F: Future<Output: 'static> + 'static,
    {
        match self {
            Local::Executor(executor) => executor.spawn(future).fallible(),
            Local::Lane(lane) => lane.spawn(future).fallible(),
        }
    }
}

/// The own tasks of a test's thread, main among them.
pub(crate) struct Lane {
    pub(crate) queue: Queue<()>,
    /// Who waits until all others wait.
    blocked: Mutex<Vec<Arc<WhenBlocked>>>,
}

/// One who waits until all others wait: its waker is taken when they do.
pub(crate) struct WhenBlocked(Mutex<Option<Waker>>);

impl WhenBlocked {
    /// Makes it wake `waker`; `false`: it is over.
    pub(crate) fn update(&self, waker: &Waker) -> bool {
        let mut waker = waker.clone(); // it is dropped after the lock is released, whichever it is then
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(slot) = &mut *slot else { return false };
        std::mem::swap(slot, &mut waker);
        true
    }

    /// It waits no longer.
    pub(crate) fn take(&self) -> Option<Waker> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Lane {
    pub(crate) fn new() -> Arc<Lane> {
        Arc::new(Lane { queue: Queue::new(1), blocked: Mutex::new(Vec::new()) })
    }

    /// Starts `future` as a task of this thread.
    pub(crate) fn spawn<F>(self: &Arc<Self>, future: F) -> async_task::Task<F::Output>
    where
        F: Future<Output: 'static> + 'static,
    {
        let lane = Arc::clone(self);
        // Refused only if the run is over, and then nothing of a task is left but its memory: see `expel`.
        let schedule = move |runnable| drop(lane.queue.push(runnable));
        let builder = async_task::Builder::new().propagate_panic(false);
        let (runnable, task) = builder.spawn_local(|()| future, schedule);
        runnable.schedule();
        task
    }

    /// Ends what is left. Each task was cancelled and woken before: so it is found here, and its body dropped.
    pub(crate) fn expel(&self) {
        for runnable in self.queue.close() {
            Runnable::run(runnable);
        }
    }

    /// Wakes `waker` once when all others wait.
    pub(crate) fn when_blocked(&self, waker: &Waker) -> Arc<WhenBlocked> {
        let when = Arc::new(WhenBlocked(Mutex::new(Some(waker.clone()))));
        self.blocked.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&when));
        when
    }

    /// All wait: wakes those who waited for that. `false`: nobody did.
    pub(crate) fn wake_blocked(&self) -> bool {
        let waiting =
            std::mem::take(&mut *self.blocked.lock().unwrap_or_else(PoisonError::into_inner));
        let wakers: Vec<Waker> = waiting.iter().filter_map(|when| when.take()).collect();
        let any = !wakers.is_empty();
        wakers.into_iter().for_each(Waker::wake);
        any
    }
}
