//! The rendezvous and the end of a channel, model-checked.

use loom::thread;

use super::channel;
use crate::sync::model::block_on;

/// One sends, one receives, and nothing lies between them.
#[test]
fn a_send_races_with_a_receive_at_a_rendezvous() {
    loom::model(|| {
        let (tx, rx) = channel(0);
        let sends = thread::spawn(move || {
            block_on(tx.send(1)).expect("the receiver is there");
            block_on(tx.send(2)).expect("the receiver is there");
        });
        assert_eq!((block_on(rx.recv()), block_on(rx.recv())), (Some(1), Some(2)));
        assert_eq!(block_on(rx.recv()), None);
        sends.join().expect("no thread panics");
    });
}

/// The last sender goes while somebody comes to receive.
#[test]
fn the_drop_of_a_sender_races_with_a_receive() {
    loom::model(|| {
        let (tx, rx) = channel(1);
        let sends = thread::spawn(move || tx.try_send(1).expect("there is room"));
        assert_eq!((block_on(rx.recv()), block_on(rx.recv())), (Some(1), None));
        sends.join().expect("no thread panics");
    });
}

/// The last receiver goes while somebody comes to send, and finds no room.
#[test]
fn the_drop_of_a_receiver_races_with_a_send() {
    loom::model(|| {
        let (tx, rx) = channel(1);
        tx.try_send(1).expect("there is room");
        let goes = thread::spawn(move || drop(rx));
        assert_eq!(block_on(tx.send(2)).expect_err("nobody receives").into_inner(), 2);
        goes.join().expect("no thread panics");
    });
}
