//! What `async_for!` goes over: a `Stream`, which is pinned, or an `AsyncIterator`, which need not be.

use std::future::poll_fn;
use std::pin::Pin;

use futures_core::Stream;
use pin_project_lite::pin_project;

use super::AsyncIterator;

/// What can be iterated over, as `Items`. (A parameter, and no associated type: so both may have an
/// implementation for all types, and the message below is the only one.)
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an async iterator",
    label = "neither a `Stream` nor an `AsyncIterator`",
    note = "over a plain iterator, use a plain `for`",
    note = "a future of items is awaited first, as in `async_for!(for x in fetch().await {{ .. }})`"
)]
pub trait AsyncIterable<Items> {
    /// The items, as the loop holds them.
    fn into_items(self) -> Items;
}

pin_project! {
    /// Over a stream.
    #[derive(Debug)]
    pub struct OfStream<S> {
        #[pin]
        stream: S,
    }
}

/// Over an async iterator.
#[derive(Debug)]
pub struct OfIterator<I>(I);

// The iterator is never pinned.
impl<I> Unpin for OfIterator<I> {}

#[diagnostic::do_not_recommend]
impl<S: Stream> AsyncIterable<OfStream<S>> for S {
    fn into_items(self) -> OfStream<S> {
        OfStream { stream: self }
    }
}

#[diagnostic::do_not_recommend]
impl<I: AsyncIterator> AsyncIterable<OfIterator<I>> for I {
    fn into_items(self) -> OfIterator<I> {
        OfIterator(self)
    }
}

/// The items of a loop.
pub fn items<I: AsyncIterable<Items>, Items>(items: I) -> Items {
    items.into_items()
}

impl<S: Stream> OfStream<S> {
    /// The next item.
    pub fn next(self: Pin<&mut Self>) -> impl Future<Output = Option<S::Item>> {
        let mut stream = self.project().stream;
        poll_fn(move |cx| stream.as_mut().poll_next(cx))
    }
}

impl<I: AsyncIterator> OfIterator<I> {
    /// The next item.
    pub fn next(self: Pin<&mut Self>) -> impl Future<Output = Option<I::Item>> + Send {
        self.get_mut().0.next()
    }
}
