//! Async generators that hold a resource: read to their end, and left half-way.

use std::future::{pending, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_lite::{Stream, StreamExt};
use taipan::timeout;
use taipan::with::with;
use taipan_tests::Log;

use crate::support::{check_anywhere, logged};

/// A stream whose code is a future that leaves its items in a slot: an async generator.
struct Generator<F> {
    code: Pin<Box<F>>,
    slot: Slot,
}

#[derive(Clone, Default)]
struct Slot(Arc<Mutex<Option<u32>>>);

impl Slot {
    /// Gives an item to whoever polls the stream, and waits until it is polled again.
    async fn give(&self, item: u32) {
        *self.0.lock().unwrap() = Some(item);
        let mut given = false;
        poll_fn(
            |_| if std::mem::replace(&mut given, true) { Poll::Ready(()) } else { Poll::Pending },
        )
        .await;
    }
}

fn generator<F: Future<Output = ()>>(code: impl FnOnce(Slot) -> F) -> Generator<F> {
    let slot = Slot::default();
    Generator { code: Box::pin(code(slot.clone())), slot }
}

impl<F: Future<Output = ()>> Stream for Generator<F> {
    type Item = u32;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u32>> {
        if self.code.as_mut().poll(cx).is_ready() {
            return Poll::Ready(None);
        }
        let item = self.slot.0.lock().unwrap().take();
        item.map_or(Poll::Pending, |item| Poll::Ready(Some(item)))
    }
}

/// Counts while it holds a resource.
fn counting(log: &Log, name: &'static str) -> Generator<impl Future<Output = ()> + use<>> {
    let log = log.clone();
    generator(async move |slot| {
        let held = with(logged(&log, name), async |_| {
            for item in 0..3 {
                slot.give(item).await;
            }
        });
        held.await.unwrap();
    })
}

#[test]
fn a_generator_that_is_read_to_its_end() {
    check_anywhere(
        async |log| {
            let mut stream = counting(&log, "a");
            while let Some(item) = stream.next().await {
                log.add(item.to_string());
            }
            log.add("end");
        },
        "+a 0 1 2 -a a:Returned end",
    );
}

// AB525, AB530: left half-way, between two items, its exit runs at once and the scope waits.
#[test]
fn a_generator_that_is_dropped_half_way() {
    check_anywhere(
        async |log| {
            let reads = async {
                let mut stream = counting(&log, "a");
                while let Some(item) = stream.next().await {
                    log.add(item.to_string());
                    if item == 1 {
                        break;
                    }
                }
                drop(stream);
                log.add("beside");
            };
            assert!(timeout(Duration::from_secs(3600), reads).await.is_ok());
            log.add("end");
        },
        "+a 0 1 beside -a a:Cancelled end",
    );
}

// AB536: the body that reads stops first, and then the exit of the generator runs.
#[test]
fn a_generator_whose_reader_is_cancelled_between_two_items() {
    check_anywhere(
        async |log| {
            let reads = with(logged(&log, "reader"), async |_| {
                let mut outer = counting(&log, "a");
                assert_eq!(outer.next().await, Some(0));
                let mut inner = counting(&log, "b");
                assert_eq!(inner.next().await, Some(0));
                pending::<()>().await;
            });
            assert!(timeout(Duration::ZERO, reads).await.is_err());
            log.add("end");
        },
        "+reader +a +b -b -a b:Cancelled a:Cancelled -reader reader:Cancelled end",
    );
}
