//! A call, as the runtime that asked for it knows it.
//!
//! It stands in the list of live tasks, under the line that asked for it, until it has returned: so it is seen, and
//! `run` waits for it. While it runs, its thread knows whose call it is.

use std::cell::RefCell;
use std::panic::Location;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use super::border::AnyBorder;
use crate::current::{self, Host};
use crate::info::{Identity, TaskKind};
use crate::task::{CancelReason, Control, Core, Registration, caused_here, try_current};
use crate::time::EnteredTimers;

/// A call in the list of live tasks. Both sides hold it: the thread until it has returned, the future so
/// that it can strike it off.
pub(super) struct Call {
    pub(super) control: Arc<Control>,
    entry: Mutex<Option<Registration>>,
}

impl Call {
    pub(super) fn new(
        core: Arc<Core>,
        name: Option<&str>,
        location: &'static Location<'static>,
    ) -> Self {
        let parent = try_current().map(|task| task.id());
        let name = name.map(|name| Arc::new(name.to_owned()));
        let identity = Identity::new(TaskKind::Thread, name, parent, location);
        let control = Arc::new(Control::new(core, identity));
        let entry = Registration::new(Arc::clone(&control));
        Call { control, entry: Mutex::new(Some(entry)) }
    }

    pub(super) fn strike_off(&self) {
        let entry = self.entry.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(entry);
    }

    /// Tells the call that the code that awaits it is cancelled: it can ask, and it is told when it sends a future
    /// over.
    pub(super) fn cancel(&self) {
        let why = || caused_here("the code that awaited it was cancelled");
        let reason = try_current().and_then(|task| task.reason().cloned());
        self.control.cancel(reason.unwrap_or_else(why));
    }

    /// Makes the call this thread's until the guard is dropped.
    pub(super) fn enter(&self, border: Arc<dyn AnyBorder>) -> Entered {
        let control = Arc::clone(&self.control);
        let host = Arc::clone(&control.core) as Arc<dyn Host>;
        let timers = control.core.timers.enter(None);
        CALL.set(Some(Current { control, border }));
        Entered { _host: current::enter(host), _timers: timers }
    }
}

/// The call that runs on a thread.
#[derive(Clone)]
pub(super) struct Current {
    pub(super) control: Arc<Control>,
    pub(super) border: Arc<dyn AnyBorder>,
}

thread_local! {
    static CALL: RefCell<Option<Current>> = const { RefCell::new(None) };
}

impl Current {
    /// The call that runs on this thread, if one does.
    pub(super) fn get() -> Option<Current> {
        CALL.try_with(|call| call.borrow().clone()).ok().flatten()
    }

    /// Why the call was cancelled, if it was.
    pub(super) fn reason(&self) -> Option<CancelReason> {
        self.control.is_cancelled().then(|| self.control.reason()).flatten()
    }
}

/// Takes the call off its thread again. A thread has one at a time.
pub(super) struct Entered {
    _host: current::Entered,
    _timers: EnteredTimers,
}

impl Drop for Entered {
    fn drop(&mut self) {
        drop(CALL.take());
    }
}

/// Counts a call as under way, from its first poll until its value has been received: a virtual clock stands still
/// meanwhile.
pub(super) struct Counted(Arc<Core>);

impl Counted {
    pub(super) fn new(core: Arc<Core>) -> Self {
        core.calls.fetch_add(1, Ordering::SeqCst);
        Counted(core)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.calls.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Does not count a call that waits for the answer to a letter: the clock moves on, or it could wait for ever.
pub(super) struct Uncounted(Arc<Core>);

impl Uncounted {
    pub(super) fn new(core: Arc<Core>) -> Self {
        core.calls.fetch_sub(1, Ordering::SeqCst);
        Uncounted(core)
    }
}

impl Drop for Uncounted {
    fn drop(&mut self) {
        self.0.calls.fetch_add(1, Ordering::SeqCst);
    }
}
