//! `select!`: what is lost, and what is not, when arms or the whole are dropped.
#![forbid(unsafe_code)]

use std::future::pending;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use futures_lite::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};
use taipan::cancel_unsafe;
use taipan::prelude::*;
use taipan::sync::{Receiver, channel};
use taipan_tests::{Gate, Log, poll_once};

/// Receives beside something that never ends by itself.
async fn receive(receiver: &Receiver<u32>, beside: impl Future<Output = ()>) -> Option<u32> {
    select!(match (biased, item = receiver.recv(), beside = beside) {
        item(item) => item,
        beside => unreachable!(),
    })
}

#[taipan::test]
async fn without_exits_the_winner_is_given_in_the_poll_that_finds_it() {
    let (sender, receiver) = channel(1);
    let mut select = Box::pin(receive(&receiver, pending()));
    assert!(poll_once(select.as_mut()).is_pending());
    sender.try_send(7).unwrap();
    // Dropped before it has looked, it has taken nothing.
    drop(select);
    assert_eq!(receiver.try_recv(), Ok(7));
    let mut select = pin!(receive(&receiver, pending()));
    assert!(poll_once(select.as_mut()).is_pending());
    sender.try_send(8).unwrap();
    // No await stands between the item and the body: nothing can be dropped there.
    assert_eq!(poll_once(select.as_mut()), Poll::Ready(Some(8)));
}

#[taipan::test]
async fn cancelled_while_the_exit_of_a_loser_runs_it_loses_the_item_of_the_winner() {
    let (sender, receiver) = channel(1);
    let (log, gate) = (Log::new(), Gate::new());
    let exit = (log.clone(), gate.clone());
    let loser = async {
        with!(
            _ = closing(exit, |(log, gate)| async move {
                log.add("exit");
                gate.pass().await;
                log.add("ended");
            }),
            {
                pending::<()>().await;
            }
        );
    };
    let outer = timeout(std::time::Duration::from_secs(60), async {
        let mut select = Box::pin(receive(&receiver, loser));
        assert!(poll_once(select.as_mut()).is_pending());
        sender.try_send(7).unwrap();
        // The item is taken, but the exit of the loser comes before the body.
        assert!(poll_once(select.as_mut()).is_pending());
        assert_eq!(log.get(), "exit");
        assert!(receiver.is_empty());
        drop(select);
        assert!(receiver.try_recv().is_err(), "the item came back");
        gate.open();
    });
    outer.await.unwrap();
    assert_eq!(log.get(), "exit ended"); // that is not lost
}

/// Gives one byte a poll, and waits in between.
struct Bytes(&'static [u8], bool);

impl AsyncRead for Bytes {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        self.1 = !self.1;
        if self.1 {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let (now, later) = self.0.split_at(self.0.len().min(1));
        buffer[..now.len()].copy_from_slice(now);
        self.0 = later;
        Poll::Ready(Ok(now.len()))
    }
}

/// Polls `future` as often as it takes to read `n` bytes of [`Bytes`], and drops it.
fn poll_for(n: usize, future: impl Future) {
    let mut future = pin!(future);
    for _ in 0..=n {
        assert!(poll_once(future.as_mut()).is_pending());
    }
}

#[test]
fn what_is_marked_as_unsafe_loses_what_it_has_read() {
    let mut bytes = Bytes(b"frame", false);
    poll_for(3, bytes.read_exact(&mut [0; 5]));
    assert_eq!(bytes.0, b"me", "nobody knows of the rest");
    let mut all = String::new();
    let mut bytes = Bytes(b"frame", false);
    poll_for(3, bytes.read_to_string(&mut all));
    assert_eq!((bytes.0, &*all), (&b"me"[..], ""));
    let mut line = String::new();
    let mut lines = BufReader::new(Bytes(b"frame\n", false));
    poll_for(3, lines.read_line(&mut line));
    assert_eq!((lines.get_ref().0, &*line), (&b"me\n"[..], ""));
}

#[test]
fn what_is_not_marked_leaves_it_in_the_callers_buffer() {
    let mut all = Vec::new();
    let mut bytes = Bytes(b"frame", false);
    poll_for(3, bytes.read_to_end(&mut all));
    assert_eq!((bytes.0, &*all), (&b"me"[..], &b"fra"[..]));
    let mut line = Vec::new();
    let mut lines = BufReader::new(Bytes(b"frame\n", false));
    poll_for(3, lines.read_until(b'\n', &mut line));
    assert_eq!((lines.get_ref().0, &*line), (&b"me\n"[..], &b"fra"[..]));
}

#[taipan::test]
async fn kept_outside_of_the_loop_it_loses_nothing() {
    let (mut bytes, mut frame) = (Bytes(b"frame", false), [0; 5]);
    let mut read = bytes.read_exact(&mut frame);
    let mut ticks = 0;
    loop {
        select!(match (biased, read = &mut read, tick = std::future::ready(())) {
            read(result) => break result.unwrap(),
            tick => ticks += 1,
        });
    }
    assert_eq!((&frame, ticks), (b"frame", 5));
}

#[taipan::test]
async fn a_loss_that_is_meant_is_the_future_itself() {
    let (mut bytes, mut frame) = (Bytes(b"frame", false), [0; 5]);
    select!(match (read = cancel_unsafe(bytes.read_exact(&mut frame))) {
        read(result) => result.unwrap(),
    });
    assert_eq!(&frame, b"frame");
    // A task is one that becomes a future.
    assert_eq!(cancel_unsafe(spawn(async { 7 })).await.unwrap(), 7);
}
