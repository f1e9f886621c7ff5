//! What other crates bring: combinators that know nothing of scopes, and only poll and drop.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use futures_lite::Stream;

pub(super) type Boxed = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Waits for all futures, polling each of them each time.
pub(super) struct JoinAll(Vec<Option<Boxed>>);

pub(super) fn join_all(futures: impl IntoIterator<Item = Boxed>) -> JoinAll {
    JoinAll(futures.into_iter().map(Some).collect())
}

impl Future for JoinAll {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        for slot in &mut self.0 {
            if slot.as_mut().is_some_and(|future| future.as_mut().poll(cx).is_ready()) {
                *slot = None;
            }
        }
        if self.0.iter().all(Option::is_none) { Poll::Ready(()) } else { Poll::Pending }
    }
}

/// A generator: a stream that is made of a future, which stands still at each item.
pub(super) struct Generator {
    body: Option<Boxed>,
    item: Item,
}

/// Where the body of a generator leaves its items.
#[derive(Clone, Default)]
pub(super) struct Item(Arc<AtomicBool>);

pub(super) fn generator<F>(body: impl FnOnce(Item) -> F) -> Generator
where
    F: Future<Output = ()> + Send + 'static,
{
    let item = Item::default();
    Generator { body: Some(Box::pin(body(item.clone()))), item }
}

impl Item {
    /// Gives an item, and stands still until the next one is asked for.
    pub(super) async fn give(&self) {
        self.0.store(true, Ordering::SeqCst);
        let mut asked = false;
        poll_fn(
            |_| if std::mem::replace(&mut asked, true) { Poll::Ready(()) } else { Poll::Pending },
        )
        .await;
    }
}

impl Stream for Generator {
    type Item = ();

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<()>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        if body.as_mut().poll(cx).is_ready() {
            self.body = None;
        }
        if self.item.0.swap(false, Ordering::SeqCst) {
            return Poll::Ready(Some(()));
        }
        if self.body.is_none() { Poll::Ready(None) } else { Poll::Pending }
    }
}
