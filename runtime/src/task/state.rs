//! The state of a task, in one word: what has become of it, whether it is to be polled, and how many hold its memory.
//!
//! # The protocol
//!
//! The marks that `life` speaks of are those of every task, and are only ever added. The rest is that of a task that lies
//! in one allocation with its future (see `cell`):
//!
//! 1. `SCHEDULED`: the task is to be polled. Who adds this mark to a task that is not being polled, and has not ended, puts
//!    it on a run queue; so it stands on one queue at most, once. `RUNNING`: it is being polled, by the one who took it
//!    from there. If it was scheduled meanwhile, he puts it back.
//! 2. A wake changes the word, or writes what was there before: so whoever takes the task from the queue, which changes
//!    the word as well, sees what was written before the wake.
//! 3. References: the handle has one, each waker has one, and the task itself has one until its end. So what
//!    stands on a queue needs none. Who gives up the last one frees the memory.
//! 4. There is a place for the waker of whoever awaits the task. It is the handle's while `AWAITED` is not there. While it
//!    is, nobody writes to it; and when the task ends, what is in it is the task's, to be woken. A mark that is added
//!    after the end is too late: then the place is still the handle's.
//! 5. From the end on the output is the handle's. If the handle was given up before, it is the task's.
//! 6. Whoever is the only one left with a reference may do without these rules: nobody can come to a new one.

#[cfg(taipan_loom)]
use loom::sync::atomic::{AtomicUsize, Ordering};
#[cfg(not(taipan_loom))]
use std::sync::atomic::{AtomicUsize, Ordering};

/// It is to be polled.
const SCHEDULED: usize = 1;
/// It is being polled.
const RUNNING: usize = 1 << 1;
/// The place for the awaiter's waker is taken.
const AWAITED: usize = 1 << 2;
/// It lies in one allocation with its future.
const IN_CELL: usize = 1 << 3;

/// It was asked to end: the reason is left.
pub(super) const CANCELLED: usize = 1 << 4;
/// It has ended, or its future is dropped.
pub(super) const ENDED: usize = 1 << 5;
/// Nobody holds the handle.
pub(super) const DISOWNED: usize = 1 << 6;
/// A hook is left.
pub(super) const HOOKED: usize = 1 << 7;
/// Its waker is left.
pub(super) const BEGUN: usize = 1 << 8;
/// A watcher is left.
pub(super) const WATCHED: usize = 1 << 9;

/// What one reference counts; the bits above are their number.
const REFERENCE: usize = 1 << 10;

pub(super) struct State(AtomicUsize);

/// The handle came too late: the task has ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct HasEnded;

/// What a wake leaves to be done.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Woken {
    /// The task is to be put on a queue.
    Schedule,
    /// The memory is to be freed.
    Free,
    Nothing,
}

/// What the end of a task leaves to be done by whoever polled it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Completed {
    /// The awaiter is to be woken, and the task's reference to be released.
    Awaited,
    /// The output is nobody else's, and the task's reference to be released.
    Disowned,
    /// Nothing, and the memory is to be freed if it says so: the reference is released.
    Released { last: bool },
}

impl State {
    /// That of a task which has its control block by itself.
    pub(super) fn new() -> State {
        State(AtomicUsize::new(0))
    }

    /// That of a task which lies in one allocation with its future: it is scheduled, and has a handle.
    pub(super) fn in_cell() -> State {
        State(AtomicUsize::new(IN_CELL | SCHEDULED | (2 * REFERENCE)))
    }

    pub(super) fn is_in_cell(&self) -> bool {
        self.0.load(Ordering::Relaxed) & IN_CELL != 0
    }

    pub(super) fn has(&self, mark: usize) -> bool {
        self.0.load(Ordering::Acquire) & mark != 0
    }

    /// Adds marks; gives those that were there before.
    pub(super) fn mark(&self, marks: usize) -> usize {
        self.0.fetch_or(marks, Ordering::AcqRel)
    }

    /// It is taken from a queue.
    #[inline]
    pub(super) fn start(&self) {
        // It is scheduled and not running: the one mark becomes the other.
        let before = self.0.fetch_add(RUNNING - SCHEDULED, Ordering::AcqRel);
        debug_assert_eq!(before & (SCHEDULED | RUNNING), SCHEDULED);
    }

    /// It was polled, and is pending. `true`: it is to be put on a queue; else it may be gone by now.
    #[inline]
    #[must_use = "who was told to put it on a queue is the only one who does"]
    pub(super) fn rest(&self) -> bool {
        self.0.fetch_sub(RUNNING, Ordering::AcqRel) & SCHEDULED != 0
    }

    /// Wakes it. `true`: it is to be put on a queue.
    #[inline]
    #[must_use = "who was told to put it on a queue is the only one who does"]
    pub(super) fn wake_by_ref(&self) -> bool {
        self.0.fetch_or(SCHEDULED, Ordering::AcqRel) & (SCHEDULED | RUNNING | ENDED) == 0
    }

    /// Wakes it, and releases a reference.
    #[inline]
    pub(super) fn wake(&self) -> Woken {
        let before = self.change(|state| Ok::<_, HasEnded>((state | SCHEDULED) - REFERENCE));
        match before {
            Ok(before) if before & (SCHEDULED | RUNNING | ENDED) == 0 => Woken::Schedule,
            Ok(before) if before < 2 * REFERENCE => Woken::Free,
            _ => Woken::Nothing,
        }
    }

    /// Takes another reference.
    #[inline]
    pub(super) fn retain(&self) {
        if self.0.fetch_add(REFERENCE, Ordering::Relaxed) > usize::MAX / 2 {
            std::process::abort(); // as `Arc` does: so many are leaked ones, and their count would wrap around
        }
    }

    /// Releases a reference. `true`: it was the last.
    #[inline]
    #[must_use = "the memory is to be freed then"]
    pub(super) fn release(&self) -> bool {
        // Who has the only one need not tell anybody.
        self.is_sole() || self.0.fetch_sub(REFERENCE, Ordering::AcqRel) < 2 * REFERENCE
    }

    /// Whether there is one reference, which is the caller's.
    #[inline]
    pub(super) fn is_sole(&self) -> bool {
        self.0.load(Ordering::Acquire) < 2 * REFERENCE
    }

    /// Whether the place for the awaiter's waker is taken.
    pub(super) fn is_awaited(&self) -> bool {
        self.has(AWAITED)
    }

    /// The handle has put down a waker.
    pub(super) fn put_awaiter(&self) -> Result<(), HasEnded> {
        if self.mark(AWAITED) & ENDED == 0 { Ok(()) } else { Err(HasEnded) }
    }

    /// The handle takes its waker back.
    pub(super) fn take_awaiter(&self) -> Result<(), HasEnded> {
        let before = self.0.fetch_and(!AWAITED, Ordering::AcqRel);
        if before & ENDED == 0 { Ok(()) } else { Err(HasEnded) }
    }

    /// As `disown`, if no waker was put down, and nobody changes the word just now. `true`: it is done.
    #[inline]
    pub(super) fn try_disown(&self) -> bool {
        let before = self.0.load(Ordering::Relaxed);
        let after = (before | DISOWNED) - REFERENCE;
        before & (ENDED | AWAITED) == 0
            && self.0.compare_exchange(before, after, Ordering::AcqRel, Ordering::Relaxed).is_ok()
    }

    /// The handle goes, and its reference with it; not if the task has ended.
    #[inline]
    pub(super) fn disown(&self) -> Result<(), HasEnded> {
        let gone = |state| {
            if state & ENDED == 0 { Ok((state | DISOWNED) - REFERENCE) } else { Err(HasEnded) }
        };
        self.change(gone).map(drop)
    }

    /// It has ended. `settled`: the output needs nobody any more.
    #[inline]
    pub(super) fn complete(&self, settled: bool) -> Completed {
        if settled && self.is_sole() {
            return Completed::Released { last: true };
        }
        let is_left = |state| state & AWAITED != 0 || (state & DISOWNED != 0 && !settled);
        let before = self.change(|state| {
            let ended = (state & !RUNNING) | ENDED;
            Ok::<_, HasEnded>(if is_left(state) { ended } else { ended - REFERENCE })
        });
        match before {
            Ok(before) if before & AWAITED != 0 => Completed::Awaited,
            Ok(before) if is_left(before) => Completed::Disowned,
            before => {
                Completed::Released { last: before.is_ok_and(|before| before < 2 * REFERENCE) }
            }
        }
    }

    /// Changes the word in one step; gives what it was before.
    #[inline]
    fn change<E>(&self, change: impl Fn(usize) -> Result<usize, E>) -> Result<usize, E> {
        // Acquired, for who is refused goes by what he has seen.
        let mut before = self.0.load(Ordering::Acquire);
        loop {
            let after = change(before)?;
            match self.0.compare_exchange_weak(before, after, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return Ok(before),
                Err(now) => before = now,
            }
        }
    }
}
