//! Channels: the ends, the rendezvous, and what becomes of a value when somebody is cancelled.
//!
//! What a channel has in common with the queues is tested there.
#![forbid(unsafe_code)]

use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use futures_lite::StreamExt;
use taipan::sync::{Receiver, Sender, TryRecvError, channel, unbounded_channel};
use taipan::{Runtime, Task, gather, spawn, timeout, yield_now};
use taipan_tests::{Counter, Log, WakeCounter, bounded, on_drop, poll_with};

#[path = "support/crowd.rs"]
mod crowd;
#[path = "support/sync.rs"]
mod support;
use crowd::Crowd;
use support::{at_once, queue};

// R357
#[test]
fn with_no_room_a_value_is_handed_over() {
    let (tx, rx) = channel(0);
    assert!(tx.try_send(1).unwrap_err().is_full());
    assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
    assert!(tx.is_full());
    let send = queue(tx.send(2));
    assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
    let (wakes, waker) = WakeCounter::new();
    let mut recv = pin!(rx.recv());
    assert!(poll_with(recv.as_mut(), &waker).is_pending());
    send.take().unwrap();
    assert_eq!(wakes.get(), 1);
    assert_eq!(poll_with(recv, &waker), Poll::Ready(Some(2)));
    // And the other way round.
    let recv = queue(rx.recv());
    assert!(!tx.is_full());
    tx.try_send(3).unwrap();
    assert!(tx.try_send(4).unwrap_err().is_full());
    assert_eq!(recv.take(), Some(3));
    assert!(tx.try_send(5).unwrap_err().is_full());
}

#[test]
fn at_a_rendezvous_there_is_one_sender_for_each_receiver() {
    let (tx, rx) = channel(0);
    let (a, mut b) = (queue(tx.send('a')), queue(tx.send('b')));
    let first = queue(rx.recv());
    a.take().unwrap();
    assert!(b.waits());
    let second = queue(rx.recv());
    b.take().unwrap();
    assert_eq!((first.take(), second.take()), (Some('a'), Some('b')));
    assert_eq!(tx.statistics().peak, 2);
}

// R366, R367
#[test]
fn what_was_handed_to_a_receiver_that_is_cancelled_waits_for_the_next() {
    let (tx, rx) = channel(0);
    let recv = queue(rx.recv());
    at_once(tx.send(1)).unwrap();
    drop(recv);
    let mut send = queue(tx.send(2));
    assert_eq!(rx.try_recv(), Ok(1));
    assert!(send.waits());
    drop(queue(rx.recv()));
    // It came, and went: the sender has its turn, and nobody else.
    assert!(tx.try_send(3).is_err());
    send.take().unwrap();
    assert_eq!(at_once(rx.recv()), Some(2));
}

// R368
#[test]
fn a_send_that_is_cancelled_has_not_sent_even_when_its_receiver_has_come() {
    let (tx, rx) = channel(0);
    let (first, second) = (queue(tx.send(1)), queue(tx.send(2)));
    let recv = queue(rx.recv());
    drop(first);
    second.take().unwrap();
    assert_eq!(recv.take(), Some(2));
    let third = queue(tx.send(3));
    let mut recv = queue(rx.recv());
    drop(third);
    assert!(recv.waits());
    tx.try_send(4).unwrap();
    assert_eq!(recv.take(), Some(4));
}

// R361, R373
#[test]
fn when_the_last_receiver_goes_senders_get_their_values_back() {
    let (tx, rx) = channel(1);
    let other = rx.clone();
    at_once(tx.send(1)).unwrap();
    let waits = queue(tx.send(2));
    drop(rx);
    assert!(!tx.is_closed());
    drop(other);
    assert!(tx.is_closed());
    assert_eq!(waits.take().unwrap_err().into_inner(), 2);
    assert_eq!(at_once(tx.send(3)).unwrap_err().into_inner(), 3);
    let refused = tx.try_send(4).unwrap_err();
    assert!(refused.is_closed());
    assert_eq!(refused.into_inner(), 4);
    assert_eq!((tx.len(), tx.is_empty()), (0, true));
}

#[test]
fn what_is_left_is_dropped_with_the_last_receiver() {
    let drops = Counter::new();
    let (tx, rx) = channel::<Box<dyn Send>>(2);
    for _ in 0..2 {
        let (drops, tx2) = (drops.clone(), tx.clone());
        // Its drop uses the channel: nothing of it is locked then.
        let value = on_drop(move || {
            assert!(tx2.is_closed());
            drops.add();
        });
        tx.try_send(Box::new(value)).unwrap();
    }
    drop(rx);
    assert_eq!(drops.get(), 2);
}

// R363, R369
#[test]
fn when_the_last_sender_goes_those_who_wait_are_told() {
    let (tx, rx) = channel::<u8>(1);
    let other = tx.clone();
    let (mut first, second) = (queue(rx.recv()), queue(rx.recv()));
    drop(tx);
    assert!(first.waits());
    assert!(!rx.is_closed());
    drop(other);
    assert_eq!((first.take(), second.take()), (None, None));
    assert!(rx.is_closed());
    assert_eq!(at_once(rx.recv()), None);
    assert_eq!(rx.try_recv(), Err(TryRecvError::Closed));
}

// R370
#[test]
fn what_was_sent_before_the_last_sender_went_is_received() {
    let (tx, rx) = unbounded_channel();
    for n in [1, 2, 3] {
        tx.try_send(n).unwrap();
    }
    drop(tx);
    assert_eq!((at_once(rx.recv()), rx.try_recv(), at_once(rx.recv())), (Some(1), Ok(2), Some(3)));
    assert_eq!(at_once(rx.recv()), None);
}

// R371
#[test]
fn it_tells_of_itself() {
    let (tx, rx) = channel(2);
    let (_tx, _rx, _rx2) = (tx.clone(), rx.clone(), rx.clone());
    for n in [1, 2] {
        at_once(tx.send(n)).unwrap();
    }
    let _send = queue(tx.send(3));
    let statistics = tx.statistics();
    assert_eq!(statistics, rx.statistics());
    assert_eq!((statistics.len, statistics.peak, statistics.capacity), (2, 2, Some(2)));
    assert_eq!((statistics.senders, statistics.receivers), (2, 3));
    assert_eq!((statistics.sending, statistics.receiving), (1, 0));
    assert_eq!(
        (tx.capacity(), rx.capacity(), rx.len(), rx.is_empty()),
        (Some(2), Some(2), 2, false)
    );
    assert_eq!(format!("{tx:?}"), "Sender { len: 2, capacity: Some(2), receivers: 3, .. }");
    assert_eq!(format!("{rx:?}"), "Receiver { len: 2, capacity: Some(2), senders: 2, .. }");
    assert_eq!(unbounded_channel::<u8>().0.capacity(), None);
}

#[taipan::test]
async fn a_receiver_is_a_stream() {
    let (tx, rx) = channel(1);
    let send = async move {
        for n in 0..5 {
            tx.send(n).await.unwrap();
        }
    };
    let (got, ()) = gather!(rx.collect::<Vec<_>>(), send).await;
    assert_eq!(got, [0, 1, 2, 3, 4]);
}

// Otherwise the value would lie there for ever: nobody polls the stream any more.
#[test]
fn a_receive_goes_on_where_the_stream_has_stopped() {
    let (tx, mut rx) = channel(2);
    drop(queue(rx.next()));
    tx.try_send('a').unwrap();
    assert_eq!(at_once(rx.recv()), Some('a'));
    drop(queue(rx.next()));
    tx.try_send('b').unwrap();
    assert_eq!(rx.try_recv(), Ok('b'));
    drop(queue(rx.next()));
    let mut recv = queue(rx.recv());
    assert!(recv.waits());
    tx.try_send('c').unwrap();
    assert_eq!(recv.take(), Some('c'));
    drop(queue(rx.next()));
    let other = rx.clone();
    let recv = queue(other.recv());
    tx.try_send('d').unwrap();
    drop(rx);
    assert_eq!(recv.take(), Some('d'));
}

// R365
#[taipan::test]
async fn receivers_take_turns() {
    let (tx, rx) = channel(0);
    let log = Log::new();
    let receive = |name: &'static str, rx: Receiver<u8>| {
        let log = log.clone();
        spawn(async move {
            while rx.recv().await.is_some() {
                log.add(name);
            }
        })
    };
    let (a, b) = (receive("a", rx.clone()), receive("b", rx));
    yield_now().await;
    for n in 0..6 {
        tx.send(n).await.unwrap();
    }
    drop(tx);
    let (a, b) = gather!(a, b).await;
    a.and(b).unwrap();
    assert_eq!(log.get(), "a b a b a b");
}

/// What became of somebody in the crowd.
enum End {
    Sent(usize),
    Received(usize),
    Over,
}

// Whoever sends or receives may be cancelled at any moment. What `send` has given `Ok` for is received once, in that
// order; what it has not, never. The waiters are polled only when they were woken.
#[test]
fn a_storm_loses_nothing_and_doubles_nothing() {
    const WAITERS: usize = 10_000;
    for (seed, capacity) in [(1, 0), (0x9e37_79b9_7f4a_7c15, 0), (3, 1), (0xdead_beef_cafe_f00d, 8)]
    {
        let (tx, rx) = channel(capacity);
        let mut crowd = Crowd::new(seed);
        let (mut under_way, mut received) = (std::collections::VecDeque::new(), 0);
        let mut follow = |ends: Vec<End>| {
            for end in ends {
                match end {
                    End::Sent(value) => under_way.push_back(value),
                    End::Received(value) => {
                        assert_eq!(under_way.pop_front(), Some(value));
                        received += 1;
                    }
                    End::Over => {}
                }
            }
            under_way.len()
        };
        for number in 0..WAITERS {
            let (tx, rx) = (&tx, &rx);
            let end = match crowd.random.below(1000) < 200 + 600 * (number / 1000 % 2) {
                true => crowd.come(async move {
                    tx.send(number).await.map_or(End::Over, |()| End::Sent(number))
                }),
                false => {
                    crowd.come(async move { rx.recv().await.map_or(End::Over, End::Received) })
                }
            };
            follow(end.into_iter().collect());
            let ends = match crowd.random.below(6) {
                0 => {
                    crowd.cancel_any();
                    Vec::new()
                }
                1 => crowd.poll_any().into_iter().collect(),
                2 | 3 => crowd.serve(3),
                4 => rx.try_recv().into_iter().map(End::Received).collect(),
                _ => tx
                    .try_send(WAITERS + number)
                    .map(|()| End::Sent(WAITERS + number))
                    .into_iter()
                    .collect(),
            };
            follow(ends);
            if number % 100 == 0 {
                while !crowd.woken().is_empty() {
                    let ends = crowd.serve(4);
                    follow(ends);
                }
                let statistics = tx.statistics();
                assert_eq!(statistics.sending + statistics.receiving, crowd.left);
                assert!(statistics.receiving == 0 || statistics.len + statistics.sending == 0);
                assert!(statistics.sending == 0 || statistics.len >= capacity);
            }
            assert_eq!(tx.len(), follow(Vec::new()));
        }
        // Everybody who is left meets somebody.
        while crowd.left > 0 {
            let extra = 2 * WAITERS;
            follow(rx.try_recv().into_iter().map(End::Received).collect());
            follow(tx.try_send(extra).map(|()| End::Sent(extra)).into_iter().collect());
            if crowd.woken().is_empty() {
                // At a rendezvous those who send wait for somebody who waits.
                follow(
                    crowd
                        .come(async { rx.recv().await.map_or(End::Over, End::Received) })
                        .into_iter()
                        .collect(),
                );
            }
            crowd.assert_somebody_was_woken();
            let ends = crowd.serve(5);
            follow(ends);
        }
        assert!(received > 1000, "only {received} were received");
    }
}

#[test]
fn no_value_is_lost_on_four_threads() {
    const WAITERS: usize = 10_000;
    let storm = |capacity| {
        Runtime::builder().threads(4).build().run(async move {
            let (tx, rx): (Sender<usize>, Receiver<usize>) = channel(capacity);
            let (sent, received) =
                (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(Vec::new())));
            let tasks: Vec<Task<()>> = (0..WAITERS)
                .map(|number| {
                    let limit = Duration::from_micros(number as u64);
                    let limit = (number % 3 > 0).then_some(limit);
                    let (sent, received) = (Arc::clone(&sent), Arc::clone(&received));
                    let (tx, rx) = (tx.clone(), rx.clone());
                    spawn(async move {
                        if number % 2 == 0 {
                            if let Ok(Ok(())) = timeout(limit, tx.send(number)).await {
                                sent.lock().unwrap().push(number);
                            }
                        } else {
                            // Only the senders' ends are counted: it ends when all of them have ended.
                            drop(tx);
                            if let Ok(Some(value)) = timeout(limit, rx.recv()).await {
                                received.lock().unwrap().push(value);
                            }
                        }
                    })
                })
                .collect();
            drop(tx);
            for task in tasks.iter().step_by(7) {
                task.cancel();
            }
            // Receives what is left for those who are patient, to the end.
            while let Some(value) = rx.recv().await {
                received.lock().unwrap().push(value);
            }
            for task in tasks {
                let _ = task.await; // ended or cancelled: but it ends
            }
            let (mut sent, mut received) =
                (sent.lock().unwrap().clone(), received.lock().unwrap().clone());
            sent.sort_unstable();
            received.sort_unstable();
            assert_eq!(sent, received);
            // Those who send, neither give up nor are cancelled.
            assert!(sent.len() >= WAITERS / 6 - WAITERS / 42, "{}", sent.len());
        });
    };
    bounded(move || [0, 1, 16].map(storm));
}
