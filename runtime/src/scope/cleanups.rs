//! Drop and defer: how cancelled code comes to its async end.
//!
//! Cancelling is dropping, as everywhere in Rust. What needs an async end does not end in `drop`: it *defers* the
//! rest, a [`Cleanup`] that owns all that it needs, to the innermost scope on this thread's stack, which is the one
//! that drops it. Then:
//!
//! 1. A scope reports its end only after everything that was deferred inside it has run.
//! 2. A scope that is dropped itself hands what is left, half run or not begun, to the scope that drops
//!    it. So a cleanup that has begun is never cancelled; it only changes who waits.
//! 3. Outside every scope a cleanup becomes a task of the runtime, which ends only after it.
//! 4. The cleanups of one scope run concurrently, on the task that waits. What must be ordered, an inner exit
//!    before an outer one, is chained by whoever defers it into one cleanup.
//! 5. A panic, in the body, in a cleanup or in a destructor, stops no other cleanup; the first is resumed at the end.
//!
//! After a cancellation no line of the cancelled code runs again; a value that is forgotten holds up nobody.
//! Scopes nest on the stack. A thread has one list of what is deferred and not claimed yet, and a scope reads its
//! height before and after it polls its child: what lies above was deferred inside. That is all it costs.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::thread;

use crate::current::{self, Cleanup, Deferred, Host};
use crate::report::{Exiting, Report};

/// What a panic carries.
pub(crate) type Payload = Box<dyn Any + Send>;

thread_local! {
    /// One more than `DEFERRED.len()` while a scope is on this thread's stack, else 0.
    /// (A plain cell: reading it is all a scope costs on its fast path.)
    pub(super) static HEIGHT: Cell<usize> = const { Cell::new(0) };
    /// Deferred and not claimed yet.
    pub(super) static DEFERRED: RefCell<Vec<Unfinished>> = const { RefCell::new(Vec::new()) };
}

/// A cleanup, and the runtime it was deferred for: a scope that claims it on a foreign thread knows none.
pub(super) struct Unfinished {
    cleanup: Cleanup,
    host: Option<Arc<dyn Host>>,
}

/// Gives `cleanup` to the innermost scope, or to a task of its own on `host` (`None`: this thread's host).
pub(crate) fn defer(
    host: Option<&Arc<dyn Host>>,
    cleanup: impl Future<Output = ()> + Send + 'static,
) {
    defer_boxed(host, Box::pin(Deferred::new(None, cleanup)));
}

/// As [`defer`], for an exit: should it not run to its end, it is named.
pub(crate) fn defer_exit(
    host: Option<&Arc<dyn Host>>,
    exiting: Exiting,
    cleanup: impl Future<Output = ()> + Send + 'static,
) {
    defer_boxed(host, Box::pin(Deferred::new(Some(exiting), cleanup)));
}

/// As `defer`, of a cleanup in its box.
pub(crate) fn defer_boxed(host: Option<&Arc<dyn Host>>, cleanup: Cleanup) {
    if HEIGHT.get() > 0 {
        let host = host.cloned().or_else(current::host);
        DEFERRED.with_borrow_mut(|deferred| deferred.push(Unfinished { cleanup, host }));
        HEIGHT.set(HEIGHT.get() + 1);
        return;
    }
    let orphan = match host.cloned().or_else(current::host) {
        Some(host) => host.adopt(cleanup).err(),
        None => Some(cleanup),
    };
    if let Some(orphan) = orphan {
        current::report(host, &Report::lost_cleanup(orphan.exiting()));
    }
}

/// Runs `f` as a part of the scope that owns `cleanups`: claims for it what is deferred meanwhile,
/// whether `f` returns or panics.
#[inline]
pub(crate) fn collect<R>(cleanups: &mut Cleanups, f: impl FnOnce() -> R) -> thread::Result<R> {
    let before = HEIGHT.get();
    if before == 0 {
        HEIGHT.set(1);
    }
    let result = catch_unwind(AssertUnwindSafe(f));
    let floor = before.max(1);
    if HEIGHT.get() > floor {
        cleanups.claim(floor - 1);
    }
    HEIGHT.set(before);
    result
}

/// The running cleanups of one scope: 8 bytes while there are none. Dropped unfinished, they move on
/// to the scope that drops them.
#[derive(Default)]
pub(crate) struct Cleanups(Option<Box<Pending>>);

struct Pending {
    /// In the order in which they were deferred. Polled in full on each wake: this is a cold path.
    running: Vec<Unfinished>,
    /// To be resumed once all have run: the body's, else the first cleanup's.
    panic: Option<Payload>,
    /// Whom the panic goes to if it is dropped outside every scope.
    host: Option<Arc<dyn Host>>,
}

impl Cleanups {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    fn pending(&mut self) -> &mut Pending {
        self.0.get_or_insert_with(|| {
            Box::new(Pending { running: Vec::new(), panic: None, host: current::host() })
        })
    }

    #[cold]
    fn claim(&mut self, floor: usize) {
        let running = &mut self.pending().running;
        DEFERRED.with_borrow_mut(|deferred| running.extend(deferred.drain(floor..)));
    }

    /// Keeps the body's panic to be resumed once all have run: it goes before a cleanup's.
    #[cold]
    pub(crate) fn fail(&mut self, payload: Payload) {
        self.pending().panic = Some(payload);
    }

    /// Ready when all have run; a panic among them comes out as `Err`.
    #[inline]
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<thread::Result<()>> {
        if self.is_empty() { Poll::Ready(Ok(())) } else { self.poll_pending(cx) }
    }

    /// Waits for all.
    pub(crate) async fn settle(mut self) -> thread::Result<()> {
        poll_fn(|cx| self.poll(cx)).await
    }

    #[cold]
    fn poll_pending(&mut self, cx: &mut Context<'_>) -> Poll<thread::Result<()>> {
        let Some(Pending { running, panic, .. }) = self.0.as_deref_mut() else {
            return Poll::Ready(Ok(()));
        };
        let mut index = 0;
        while index < running.len() {
            let mut nested = Cleanups::default();
            let polled = collect(&mut nested, || running[index].cleanup.as_mut().poll(cx));
            let ended = match polled {
                Ok(Poll::Pending) => None,
                Ok(Poll::Ready(())) => Some(Ok(())),
                Err(payload) => Some(Err(payload)),
            };
            match ended {
                None => index += 1,
                Some(ended) => {
                    let cleanup = running.remove(index);
                    let dropped = collect(&mut nested, || drop(cleanup));
                    if let Err(payload) = ended.and(dropped) {
                        panic.get_or_insert(payload);
                    }
                }
            }
            // What a cleanup defers is its scope's as well, and is polled in this same round.
            if let Some(nested) = nested.0.take() {
                let Pending { running: more, panic: late, .. } = *nested;
                running.extend(more);
                if let Some(payload) = late {
                    panic.get_or_insert(payload);
                }
            }
        }
        if !running.is_empty() {
            return Poll::Pending;
        }
        let panic = panic.take();
        self.0 = None;
        Poll::Ready(panic.map_or(Ok(()), Err))
    }
}

impl Drop for Cleanups {
    #[inline]
    fn drop(&mut self) {
        if let Some(pending) = self.0.take() {
            pending.move_on();
        }
    }
}

impl Pending {
    /// Gives what is left to the scope that drops this one.
    #[cold]
    fn move_on(self) {
        let Pending { running, panic, host } = self;
        for Unfinished { cleanup, host } in running {
            defer_boxed(host.as_ref(), cleanup);
        }
        if let Some(payload) = panic {
            defer(host.as_ref(), async move { resume_unwind(payload) });
        }
    }
}
