//! The buffered writer: what was written is passed on at its exit, however the body ends.
#![forbid(unsafe_code)]

use std::future::pending;
use std::io::{self, SeekFrom};
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_lite::FutureExt;
use futures_lite::io::{AsyncSeekExt, AsyncWrite, AsyncWriteExt, Cursor};
use taipan::io::BufWriter;
use taipan::with::{try_with, with};
use taipan::{Report, ReportKind, Runtime, spawn, timeout, yield_now};
use taipan_tests::{Gate, Log};

/// A writer that keeps what it is given; a test can look at it while it is in use.
#[derive(Clone, Default)]
struct Sink(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    bytes: Vec<u8>,
    /// How often it was called with success.
    writes: usize,
    flushes: usize,
    closes: usize,
    /// How many calls are pending first; they wake themselves.
    slow: usize,
    broken: bool,
}

impl Sink {
    fn slow(polls: usize) -> Sink {
        let sink = Sink::default();
        sink.0.lock().unwrap().slow = polls;
        sink
    }

    fn broken() -> Sink {
        let sink = Sink::default();
        sink.0.lock().unwrap().broken = true;
        sink
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().bytes.clone()).unwrap()
    }

    /// Writes, flushes, closes.
    fn counts(&self) -> (usize, usize, usize) {
        let state = self.0.lock().unwrap();
        (state.writes, state.flushes, state.closes)
    }

    fn poll<T>(&self, cx: &Context<'_>, act: impl FnOnce(&mut State) -> T) -> Poll<io::Result<T>> {
        let mut state = self.0.lock().unwrap();
        if state.broken {
            return Poll::Ready(Err(io::Error::other("disk full")));
        }
        if state.slow > 0 {
            state.slow -= 1;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Ok(act(&mut state)))
    }
}

impl AsyncWrite for Sink {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll(cx, |state| {
            state.writes += 1;
            state.bytes.extend(bytes);
            bytes.len()
        })
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll(cx, |state| state.flushes += 1)
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll(cx, |state| state.closes += 1)
    }
}

/// Runs `case` on 1 and on 4 threads.
fn check<F: Future<Output = ()>>(case: impl Fn() -> F) {
    for threads in [1, 4] {
        Runtime::builder().threads(threads).build().run(case());
    }
}

/// Writes a line and holds the writer until it is cancelled.
async fn hold(sink: Sink, written: impl FnOnce()) {
    let held = with(BufWriter::new(sink), async |file| {
        file.write_all(b"line").await.unwrap();
        written();
        pending::<()>().await;
    });
    held.await.unwrap();
}

// The exit, by the way in which the body ends.

#[test]
fn a_body_that_returns_is_flushed_once_and_not_closed() {
    check(|| async {
        let sink = Sink::slow(5);
        let written = with(BufWriter::new(sink.clone()), async |file| {
            for part in ["one, ", "two, ", "three"] {
                file.write_all(part.as_bytes()).await.unwrap();
            }
            assert_eq!((file.buffer(), &*sink.text()), (&b"one, two, three"[..], ""));
            3
        });
        assert_eq!(written.await.unwrap(), 3);
        assert_eq!((&*sink.text(), sink.counts()), ("one, two, three", (1, 1, 0)));
    });
}

#[test]
fn a_body_that_fails_is_flushed() {
    check(|| async {
        let sink = Sink::default();
        let failed = try_with(BufWriter::new(sink.clone()), async |file| {
            file.write_all(b"before").await?;
            Err::<(), _>(io::Error::other("no"))
        });
        assert_eq!(failed.await.unwrap_err().to_string(), "no");
        assert_eq!(sink.text(), "before");
    });
}

#[test]
fn a_body_that_panics_is_flushed() {
    check(|| async {
        let sink = Sink::default();
        let panics = with(BufWriter::new(sink.clone()), async |file| {
            file.write_all(b"before").await.unwrap();
            panic!("boom")
        });
        let panicked: Result<io::Result<()>, _> = AssertUnwindSafe(panics).catch_unwind().await;
        assert!(panicked.is_err());
        assert_eq!(sink.text(), "before");
    });
}

#[test]
fn a_body_that_is_cut_by_a_timeout_is_flushed_before_the_timeout_reports() {
    check(|| async {
        let sink = Sink::slow(5);
        assert!(timeout(Duration::ZERO, hold(sink.clone(), || {})).await.is_err());
        assert_eq!((&*sink.text(), sink.counts()), ("line", (1, 1, 0)));
    });
}

#[test]
fn a_cancelled_task_is_flushed_before_it_ends() {
    check(|| async {
        let (sink, held) = (Sink::slow(5), Gate::new());
        let begun = held.clone();
        let task = spawn(hold(sink.clone(), move || begun.open()));
        held.pass().await;
        task.cancel();
        assert!(task.await.unwrap_err().is_cancelled());
        assert_eq!(sink.text(), "line");
    });
}

#[test]
fn the_end_of_main_waits_for_the_flush() {
    for threads in [1, 4] {
        let sink = Sink::slow(5);
        Runtime::builder().threads(threads).build().run(async {
            let held = Gate::new();
            let begun = held.clone();
            spawn(hold(sink.clone(), move || begun.open())).detach();
            held.pass().await;
        });
        assert_eq!(sink.text(), "line");
    }
}

#[test]
fn a_flush_that_is_cancelled_half_way_goes_on() {
    check(|| async {
        let sink = Sink::slow(5);
        let body = with(BufWriter::new(sink.clone()), async |file| file.write_all(b"line").await);
        // The timeout finds the exit half-way.
        assert!(timeout(Duration::ZERO, body).await.is_err());
        assert_eq!((&*sink.text(), sink.counts()), ("line", (1, 1, 0)));
    });
}

// Errors.

#[test]
fn the_error_of_the_flush_is_the_value() {
    check(|| async {
        let written =
            try_with(BufWriter::new(Sink::broken()), async |file| file.write_all(b"line").await);
        assert_eq!(written.await.unwrap_err().to_string(), "disk full");
    });
}

#[test]
fn the_error_of_a_cancelled_flush_is_reported() {
    let reports = Log::new();
    let told = reports.clone();
    let hook = move |report: &Report| {
        assert_eq!(report.kind(), ReportKind::Exit);
        told.add(report.message());
    };
    Runtime::builder().error_hook(hook).build().run(async {
        assert!(timeout(Duration::ZERO, hold(Sink::broken(), || {})).await.is_err());
    });
    assert_eq!(reports.get(), "disk full");
}

// Without an exit.

#[test]
fn what_is_dropped_or_taken_apart_loses_its_buffer() {
    check(|| async {
        let sink = Sink::default();
        let mut file = BufWriter::new(sink.clone());
        file.write_all(b"lost").await.unwrap();
        drop(file);
        let mut file = BufWriter::new(sink.clone());
        file.write_all(b"lost").await.unwrap();
        assert_eq!(file.get_ref().counts(), (0, 0, 0));
        assert_eq!(file.into_inner().text(), "");
        yield_now().await;
        assert_eq!((&*sink.text(), sink.counts()), ("", (0, 0, 0)));
    });
}

// Writing.

#[test]
fn what_is_as_large_as_the_buffer_goes_past_it_in_order() {
    check(|| async {
        let sink = Sink::default();
        let mut file = BufWriter::with_capacity(8, sink.clone());
        file.write_all(b"small ").await.unwrap();
        file.write_all(b"larger than that ").await.unwrap();
        assert_eq!((&*sink.text(), file.buffer()), ("small larger than that ", &b""[..]));
        file.write_all(b"end").await.unwrap();
        file.get_mut().write_all(b"overtakes ").await.unwrap();
        file.flush().await.unwrap();
        assert_eq!(sink.text(), "small larger than that overtakes end");
        file.close().await.unwrap();
        assert_eq!(sink.counts(), (4, 1, 1));
    });
}

#[test]
fn it_flushes_before_it_seeks() {
    check(|| async {
        let mut file = BufWriter::new(Cursor::new(vec![0; 6]));
        file.write_all(b"abc").await.unwrap();
        assert_eq!(file.seek(SeekFrom::Start(1)).await.unwrap(), 1);
        file.write_all(b"x").await.unwrap();
        file.flush().await.unwrap();
        assert_eq!(file.into_inner().into_inner(), b"axc\0\0\0");
    });
}
