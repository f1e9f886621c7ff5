//! What `stream!` and `generator!` make: a stream of what a future yields.
//!
//! The future and the stream share a slot for one item. A `yield` puts its item there and is pending
//! until the item has been taken; the stream polls the future, and takes what is there then. So the future runs
//! only while somebody asks for the next item, and never ahead of that.
//!
//! The slot is allocated once for each stream and shared by count: it stays valid whatever becomes of the parts,
//! and holds no reference into the future. (It is a queue for one, so that both stay `Send` without a lock.)

use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use concurrent_queue::{ConcurrentQueue, PushError};
use futures_core::Stream;
use pin_project_lite::pin_project;

/// Holds at most one.
type Slot<T> = ConcurrentQueue<T>;

/// The future's side.
pub struct Yielder<T>(Arc<Slot<T>>);

impl<T> Yielder<T> {
    /// Hands out `item`; ready when it has been taken.
    pub fn send(&self, item: T) -> Yielded<'_, T> {
        Yielded { slot: &self.0, item: Some(item) }
    }
}

impl<T> fmt::Debug for Yielder<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Yielder")
    }
}

/// One `yield`.
#[must_use = "nothing is yielded unless it is awaited"]
pub struct Yielded<'a, T> {
    slot: &'a Slot<T>,
    /// `None`: it is in the slot.
    item: Option<T>,
}

impl<T> fmt::Debug for Yielded<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Yielded")
    }
}

// The item is never pinned.
impl<T> Unpin for Yielded<'_, T> {}

impl<T> Future for Yielded<'_, T> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        match self.item.take() {
            None if self.slot.is_empty() => return Poll::Ready(()),
            None => {}
            // Refused: there is still that of a `yield` that was cancelled before anybody took it.
            Some(item) => self.item = self.slot.push(item).err().map(PushError::into_inner),
        }
        Poll::Pending
    }
}

/// The items of a generator that may fail with an `E`. (The only bound that says so, so that its message is the
/// only one.)
#[diagnostic::on_unimplemented(
    message = "a generator of `{Self}` cannot fail: `{Self}` is no `Result`",
    label = "the error would be the last item",
    note = "the items are a `Result` then, as in `-> Result<u32, Error>`, and are yielded as `yield Ok(1)`"
)]
pub trait Fallible<E> {
    /// The last item.
    fn failed(error: E) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T, E> Fallible<E> for Result<T, E> {
    fn failed(error: E) -> Self {
        Err(error)
    }
}

/// The error of a generator, as a type.
pub type ErrorType<E> = PhantomData<fn() -> E>;

/// What a generator that may fail ends with, where it is never run.
pub fn end<E>(_: ErrorType<E>) -> Result<(), E> {
    unreachable!("this stands under `if false`")
}

pin_project! {
    /// The stream of what a future yields.
    #[project(!Unpin)]
    pub struct Generator<T, F: Future> {
        slot: Arc<Slot<T>>,
        // `None`: it has ended.
        #[pin]
        future: Option<F>,
        last: fn(F::Output) -> Option<T>,
    }
}

impl<T, F: Future> fmt::Debug for Generator<T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Generator")
    }
}

impl<T, F: Future> Generator<T, F> {
    fn new(body: impl FnOnce(Yielder<T>) -> F, last: fn(F::Output) -> Option<T>) -> Self {
        let slot = Arc::new(Slot::bounded(1));
        let future = body(Yielder(Arc::clone(&slot)));
        Generator { slot, future: Some(future), last }
    }
}

/// The future that `body` makes.
pub fn body<T, F>(body: impl FnOnce(Yielder<T>) -> F) -> Generator<T, F>
where
    F: Future<Output = ()>,
{
    Generator::new(body, |()| None)
}

/// As [`body`], of a future that may fail: its error is the last item.
pub fn try_body<T, E, F>(body: impl FnOnce(Yielder<T>, ErrorType<E>) -> F) -> Generator<T, F>
where
    T: Fallible<E>,
    F: Future<Output = Result<(), E>>,
{
    Generator::new(|yielder| body(yielder, PhantomData), |end| end.err().map(T::failed))
}

/// The generator, as no more than a stream.
pub fn generator<T, F: Future>(generator: Generator<T, F>) -> impl Stream<Item = T> {
    generator
}

/// A stream where the generator does not compile.
pub fn absent<T>() -> impl Stream<Item = T> {
    generator(body::<T, _>(|_| async {}))
}

impl<T, F: Future> Stream for Generator<T, F> {
    type Item = T;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let mut this = self.project();
        let Some(future) = this.future.as_mut().as_pin_mut() else {
            return Poll::Ready(this.slot.pop().ok());
        };
        let polled = future.poll(cx);
        let item = this.slot.pop().ok();
        let Poll::Ready(end) = polled else {
            return item.map_or(Poll::Pending, |item| Poll::Ready(Some(item)));
        };
        this.future.set(None);
        let last = (this.last)(end);
        if item.is_none() {
            return Poll::Ready(last);
        }
        // A `yield` was cancelled, and the future ended in the same poll: its last item comes next. (There is no place
        // for it only if somebody has kept the yielder, and put something else there.)
        if let Some(last) = last {
            drop(this.slot.push(last));
        }
        Poll::Ready(item)
    }
}
