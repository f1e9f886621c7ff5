//! Where a task goes that is ready: to the queue of the worker on whose thread it was woken, or to all workers.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use super::core::Core;
use super::runnable::Runnable;
use super::spawn::expel;
use crate::sched::Own;

/// A worker's own queue.
pub(crate) type OwnQueue = Own<Runnable>;

thread_local! {
    /// That of the worker on this thread.
    static OWN: RefCell<Option<Rc<OwnQueue>>> = const { RefCell::new(None) };
}

/// Makes tasks that are woken on this thread go to `own`, until the guard is dropped.
pub(crate) fn collect_here(own: Rc<OwnQueue>) -> Collecting {
    Collecting { before: OWN.replace(Some(own)) }
}

/// Restores where they went before.
pub(crate) struct Collecting {
    before: Option<Rc<OwnQueue>>,
}

impl Drop for Collecting {
    fn drop(&mut self) {
        // A queue that goes here is empty: the run has ended, and its queues were closed and drained.
        OWN.set(self.before.take());
    }
}

/// Puts a task that was woken on its runtime's queue.
pub(super) fn schedule(runnable: Runnable) {
    let mut waiting = Some(runnable);
    // A thread that is ending has no queue.
    let _ = OWN.try_with(|own| {
        if let Some(own) = &*own.borrow()
            && let Some(ours) = waiting.take_if(|task| own.is(&task.control().core.queue))
        {
            waiting = own.push(ours).err();
        }
    });
    if let Some(runnable) = waiting {
        schedule_elsewhere(runnable);
    }
}

/// Whether this thread is that of the first worker of that runtime, which will come to look at main before it parks.
pub(crate) fn first_worker_is_awake(core: &Core) -> bool {
    let awake = OWN.try_with(|own| {
        let own = own.borrow();
        own.as_ref().is_some_and(|own| own.is(&core.queue) && own.number() == 0 && own.is_awake())
    });
    awake.unwrap_or(false)
}

#[cold]
fn schedule_elsewhere(runnable: Runnable) {
    // Held by itself: the task may be run, and freed, as soon as it is on the queue.
    let core = Arc::clone(&runnable.control().core);
    if let Err(late) = core.queue.push(runnable) {
        expel(late);
    }
}
