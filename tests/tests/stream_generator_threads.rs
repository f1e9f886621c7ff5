//! Where a generator runs: `Send`, moved, forgotten half-way, and its pieces kept by somebody else.
#![forbid(unsafe_code)]

use std::cell::RefCell;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;
use std::thread;

use futures_lite::StreamExt;
use taipan::prelude::*;
use taipan_tests::poll_once;

generator! {
    async fn countdown(n: u32) -> u32 {
        for n in (0..n).rev() {
            yield n;
            yield_now().await;
        }
    }
}

#[taipan::test(threads = 2)]
async fn a_generator_is_send_if_its_body_is() {
    let sum = spawn(async {
        let mut sum = 0;
        async_for!(for n in countdown(5) {
            sum += n;
        });
        sum
    });
    assert_eq!(sum.await.unwrap(), 10);
    // And need not be: this one holds an `Rc`.
    let seen = Rc::new(RefCell::new(Vec::new()));
    let noted = Rc::clone(&seen);
    let items = stream!({
        for n in 0..3 {
            noted.borrow_mut().push(n);
            yield n;
        }
    });
    assert_eq!(items.take(2).count().await, 2);
    assert_eq!(*seen.borrow(), [0, 1]);
}

#[test]
fn it_may_be_moved_between_threads_half_way() {
    let mut items = Box::pin(countdown(4));
    let mut seen = Vec::new();
    for _ in 0..4 {
        items = thread::scope(|scope| {
            let seen = &mut seen;
            let asked = scope.spawn(move || {
                loop {
                    if let Poll::Ready(item) = poll_once(pin!(items.next())) {
                        seen.push(item.unwrap());
                        return items;
                    }
                }
            });
            asked.join().unwrap()
        });
    }
    assert_eq!(seen, [3, 2, 1, 0]);
}

#[test]
fn one_that_is_forgotten_half_way_harms_nobody() {
    let mut items = Box::pin(stream!({
        let text = String::from("kept");
        yield text.len();
        yield text.len();
    }));
    assert_eq!(poll_once(pin!(items.next())), Poll::Ready(Some(4)));
    std::mem::forget(items);
}

/// What only an expansion gets hold of, kept by somebody else.
#[test]
fn a_yielder_that_outlives_its_stream_harms_nobody() {
    use taipan::__private::stream::{Yielder, body, generator};
    let mut kept = None;
    let mut items = Box::pin(generator(body(|yielder: Yielder<String>| {
        kept = Some(yielder);
        async {}
    })));
    let kept = kept.unwrap();
    let mut sent = pin!(kept.send("from outside".to_owned()));
    assert_eq!(poll_once(sent.as_mut()), Poll::Pending);
    // The body has ended, and the item is there.
    assert_eq!(poll_once(pin!(items.next())), Poll::Ready(Some("from outside".to_owned())));
    assert_eq!(poll_once(pin!(items.next())), Poll::Ready(None));
    assert_eq!(poll_once(sent.as_mut()), Poll::Ready(()));
    drop(items);
    assert_eq!(poll_once(pin!(kept.send("to nobody".to_owned()))), Poll::Pending);
}

/// The temporaries of an item are gone while nobody asks for the next one.
#[taipan::test(threads = 2)]
async fn a_lock_in_an_item_is_not_held() {
    let shared = std::sync::Arc::new(std::sync::Mutex::new(1));
    let locked = std::sync::Arc::clone(&shared);
    let items = stream!({
        yield *locked.lock().unwrap();
        yield *locked.lock().unwrap();
    });
    let seen = spawn(async move {
        let mut seen = Vec::new();
        async_for!(for n in items {
            *shared.try_lock().expect("nobody holds it") += 1;
            seen.push(n);
        });
        seen
    });
    assert_eq!(seen.await.unwrap(), [1, 2]);
}

#[taipan::test]
async fn a_panic_comes_out_of_the_loop() {
    use futures_lite::FutureExt;
    let looped = async {
        async_for!(for n in stream!({
            yield 1;
            panic!("torn");
        }) {
            assert_eq!(n, 1);
        });
    };
    let payload = std::panic::AssertUnwindSafe(looped).catch_unwind().await.unwrap_err();
    assert_eq!(payload.downcast_ref::<&str>(), Some(&"torn"));
}
