//! A waker that counts its clones, in the place of a task's own.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Wake, Waker};

use super::list::here;

/// Wakes a task. Each clone of its waker is held by something that is not the crate's own.
struct Relay {
    task: Waker,
}

impl Wake for Relay {
    fn wake(self: Arc<Self>) {
        self.task.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.task.wake_by_ref();
    }
}

/// The relay of one task, from its first poll on.
#[derive(Default)]
pub(super) struct Place(Mutex<Option<Arc<Relay>>>);

impl Place {
    fn lock(&self) -> MutexGuard<'_, Option<Arc<Relay>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The waker of the task that is polled with `task`.
    pub(super) fn waker(&self, task: &Waker) -> Waker {
        let mut place = self.lock();
        let relay = place.take().filter(|relay| relay.task.will_wake(task));
        let relay = relay.unwrap_or_else(|| Arc::new(Relay { task: task.clone() }));
        Waker::from(Arc::clone(place.insert(relay)))
    }

    /// How many clones there are, while the task is not polled.
    pub(super) fn clones(&self) -> usize {
        self.lock().as_ref().map_or(0, |relay| Arc::strong_count(relay) - 1)
    }

    /// The task's own waker, if that one is its relay.
    fn own(&self, waker: &Waker) -> Option<Waker> {
        let place = self.lock();
        let relay = place.as_ref()?;
        (waker.data() == Arc::as_ptr(relay).cast()).then(|| relay.task.clone())
    }
}

/// Calls `f` with the task's own waker: what it keeps of it does not count as foreign.
pub(crate) fn with_own<R>(cx: &mut Context<'_>, f: impl FnOnce(&mut Context<'_>) -> R) -> R {
    let own = here().and_then(|list| list.relay.as_ref()?.own(cx.waker()));
    match own {
        Some(waker) => f(&mut Context::from_waker(&waker)),
        None => f(cx),
    }
}
