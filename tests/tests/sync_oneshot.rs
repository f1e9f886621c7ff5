//! One value from one task to another.
#![forbid(unsafe_code)]

use std::pin::{Pin, pin};
use std::task::Poll;

use taipan::sync::{TryRecvError, oneshot};
use taipan::{Runtime, spawn};
use taipan_tests::{Counter, WakeCounter, bounded, on_drop, poll_with};

#[path = "support/sync.rs"]
mod support;
use support::{at_once, queue};

#[test]
fn the_value_arrives_whoever_comes_first() {
    let (tx, rx) = oneshot::channel();
    tx.send(1).unwrap();
    assert_eq!(at_once(rx), Ok(1));

    let (tx, rx) = oneshot::channel();
    let (wakes, waker) = WakeCounter::new();
    let mut rx = pin!(rx);
    assert!(poll_with(rx.as_mut(), &waker).is_pending());
    assert_eq!(wakes.get(), 0);
    tx.send(2).unwrap();
    assert_eq!(wakes.get(), 1);
    assert_eq!(poll_with(rx, &waker), Poll::Ready(Ok(2)));
}

#[test]
fn the_receiver_is_told_that_the_sender_is_gone() {
    let (tx, rx) = oneshot::channel::<u8>();
    drop(tx);
    assert_eq!(
        at_once(rx).unwrap_err().to_string(),
        "every sender is gone: no value comes any more"
    );

    let (tx, rx) = oneshot::channel::<u8>();
    let waits = queue(rx);
    drop(tx);
    assert!(waits.take().is_err());
}

#[test]
fn the_sender_gets_its_value_back_when_the_receiver_is_gone() {
    let (tx, rx) = oneshot::channel();
    assert!(!tx.is_closed());
    drop(queue(rx));
    assert!(tx.is_closed());
    assert_eq!(tx.send("late").unwrap_err().into_inner(), "late");
}

#[test]
fn a_receive_by_reference_that_is_cancelled_loses_nothing() {
    let (tx, mut rx) = oneshot::channel();
    drop(queue(&mut rx));
    tx.send(1).unwrap();
    assert_eq!(at_once(rx), Ok(1));
}

#[test]
fn it_can_be_asked_without_waiting() {
    let (tx, mut rx) = oneshot::channel();
    assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
    drop(queue(&mut rx));
    tx.send(1).unwrap();
    assert_eq!(rx.try_recv(), Ok(1));
    assert_eq!(rx.try_recv(), Err(TryRecvError::Closed));
    assert!(at_once(rx).is_err());

    let (tx, mut rx) = oneshot::channel::<u8>();
    drop(tx);
    assert_eq!(rx.try_recv(), Err(TryRecvError::Closed));
}

// Its drop may use the channel: nothing of it is locked then.
#[test]
fn a_value_that_nobody_takes_is_dropped_with_the_receiver() {
    let drops = Counter::new();
    let (tx, rx) = oneshot::channel();
    let dropped = drops.clone();
    assert!(tx.send(on_drop(move || dropped.add())).is_ok());
    assert_eq!(
        (drops.get(), format!("{rx:?}")),
        (0, String::from("Receiver { arrived: true, .. }"))
    );
    drop(rx);
    assert_eq!(drops.get(), 1);

    let (tx, mut rx) = oneshot::channel::<Box<dyn Send>>();
    assert!(poll_with(Pin::new(&mut rx), std::task::Waker::noop()).is_pending());
    assert_eq!(format!("{tx:?}"), "Sender { closed: false, .. }");
    let (other, dropped) = (oneshot::channel::<u8>().0, drops.clone());
    tx.send(Box::new(on_drop(move || {
        assert!(other.is_closed());
        dropped.add();
    })))
    .unwrap();
    drop(rx);
    assert_eq!(drops.get(), 2);
}

#[test]
fn ten_thousand_arrive_on_four_threads() {
    bounded(|| {
        Runtime::builder().threads(4).build().run(async {
            let pairs: Vec<_> = (0..10_000_usize)
                .map(|n| {
                    let (tx, rx) = oneshot::channel();
                    let send = spawn(async move {
                        // Every third sender goes without a word.
                        if n % 3 == 0 {
                            drop(tx);
                        } else {
                            let _ = tx.send(n); // a receiver that was cancelled is gone
                        }
                    });
                    (send, spawn(rx))
                })
                .collect();
            for (_, receive) in pairs.iter().step_by(7) {
                receive.cancel();
            }
            for (n, (send, receive)) in pairs.into_iter().enumerate() {
                send.await.unwrap();
                match receive.await {
                    Ok(received) => assert_eq!(received.ok(), (n % 3 > 0).then_some(n)),
                    Err(error) => assert!(error.is_cancelled() && n % 7 == 0),
                }
            }
        });
    });
}
