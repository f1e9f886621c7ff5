//! The body and its slot.

use std::convert::Infallible;
use std::fmt;
use std::future::{Pending, pending};
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::Outcome;

/// A type, as a value: what the function returns.
pub struct Ty<R>(PhantomData<fn() -> R>);

impl<R> Ty<R> {
    pub fn new() -> Ty<R> {
        Ty(PhantomData)
    }

    /// A value of it, where none is ever needed.
    pub fn absent(self) -> R {
        absent()
    }

    /// It is the type of this value.
    pub fn is(self, _: R) {}
}

/// A value that tells its type to code that never runs.
pub(super) fn absent<T>() -> T {
    unreachable!("this stands under `if false`")
}

impl<R> Clone for Ty<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Ty<R> {}

impl<R> fmt::Debug for Ty<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ty")
    }
}

/// How a body ended.
#[derive(Debug)]
pub enum Flow<T, R> {
    /// With its value.
    Value(T),
    /// With a value of the function.
    Return(R),
    /// With a jump, by its number.
    Jump(u32),
}

impl<T, R> Flow<T, R> {
    pub(super) fn map<U>(self, map: impl FnOnce(T) -> U) -> Flow<U, R> {
        match self {
            Flow::Value(value) => Flow::Value(map(value)),
            Flow::Return(result) => Flow::Return(result),
            Flow::Jump(number) => Flow::Jump(number),
        }
    }
}

/// Where a body leaves its end. (A lock, so that the future that holds a reference to it stays `Send`.)
#[derive(Debug)]
pub struct Slot<T> {
    end: Mutex<Option<End<T>>>,
    /// Whether the body returns from the function in so many words.
    returned: AtomicBool,
    failed: Failed,
}

/// Whether a level inside the body has failed.
#[derive(Debug, Default)]
pub struct Failed(AtomicBool);

impl Failed {
    pub(super) fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[derive(Debug)]
enum End<T> {
    Value(T),
    Jump(u32),
}

impl<T> Slot<T> {
    pub fn new() -> Slot<T> {
        Slot { end: Mutex::new(None), returned: AtomicBool::new(false), failed: Failed::default() }
    }

    /// The body's value, as it is: says what type is expected of it.
    pub fn value(&self, value: T) -> T {
        value
    }

    /// The body's value, where none is ever needed.
    pub fn absent(&self) -> T {
        absent()
    }

    /// The body ends here, with its value.
    pub fn ended(&self, value: T) -> Pending<Infallible> {
        self.put(End::Value(value))
    }

    /// The body ends here, with a jump.
    pub fn jump(&self, number: u32) -> Pending<Infallible> {
        self.put(End::Jump(number))
    }

    fn put(&self, end: End<T>) -> Pending<Infallible> {
        *self.end.lock().unwrap_or_else(PoisonError::into_inner) = Some(end);
        pending()
    }

    fn take(&self) -> Option<End<T>> {
        self.end.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// For the level inside the body.
    pub fn failed(&self) -> &Failed {
        &self.failed
    }

    /// How the level inside the body has ended.
    pub fn outcome(&self) -> Outcome {
        if self.failed.0.load(Ordering::Relaxed) { Outcome::Failed } else { Outcome::Returned }
    }

    pub fn has_returned(&self) -> bool {
        self.returned.load(Ordering::Relaxed)
    }
}

/// The value of a `return` in the body, as it is: it is no `?`.
pub fn returned<T, R>(_: Ty<R>, slot: &Slot<T>, value: R) -> R {
    slot.returned.store(true, Ordering::Relaxed);
    value
}

/// The value of a `break`, on its way out of the body.
#[derive(Debug)]
pub struct Carried<V>(Mutex<Option<V>>);

impl<V> Carried<V> {
    pub fn new() -> Carried<V> {
        Carried(Mutex::new(None))
    }

    pub fn put(&self, value: V) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
    }

    pub fn take(&self) -> V {
        match self.0.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(value) => value,
            None => unreachable!("the jump follows its value"),
        }
    }
}

pin_project! {
    /// Runs a body up to its end.
    #[derive(Debug)]
    pub struct Block<'a, F, T> {
        #[pin]
        body: F,
        slot: &'a Slot<T>,
    }
}

impl<'a, F, T> Block<'a, F, T> {
    pub fn new(body: F, slot: &'a Slot<T>) -> Self {
        Block { body, slot }
    }
}

impl<F: Future, T> Future for Block<'_, F, T> {
    type Output = Flow<T, F::Output>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if let Poll::Ready(result) = this.body.poll(cx) {
            return Poll::Ready(Flow::Return(result));
        }
        match this.slot.take() {
            None => Poll::Pending,
            Some(End::Value(value)) => Poll::Ready(Flow::Value(value)),
            Some(End::Jump(number)) => Poll::Ready(Flow::Jump(number)),
        }
    }
}
