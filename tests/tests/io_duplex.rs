//! The connection in memory: order, backpressure, the ends, and what a cancellation leaves.
#![forbid(unsafe_code)]

use std::io::{self, ErrorKind};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use futures_lite::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, split};
use taipan::io::{DuplexStream, duplex};
use taipan::time::Instant;
use taipan::{gather, sleep, spawn, timeout, yield_now};
use taipan_tests::{WakeCounter, bounded, poll_once, poll_with};

fn ready<T>(polled: Poll<T>) -> T {
    match polled {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits"),
    }
}

/// Reads once, up to eight bytes.
fn read(stream: &mut DuplexStream) -> Poll<io::Result<Vec<u8>>> {
    let mut into = [0; 8];
    let polled = poll_once(pin!(stream.read(&mut into)));
    polled.map(|result| result.map(|count| into[..count].to_vec()))
}

fn write(stream: &mut DuplexStream, bytes: &[u8]) -> Poll<io::Result<usize>> {
    poll_once(pin!(stream.write(bytes)))
}

#[test]
fn what_one_writes_the_other_reads() {
    let (mut a, mut b) = duplex(16);
    assert!(read(&mut a).is_pending() && read(&mut b).is_pending());
    assert_eq!(ready(write(&mut a, b"to b")).unwrap(), 4);
    assert_eq!(ready(write(&mut b, b"to a")).unwrap(), 4);
    assert_eq!(ready(read(&mut a)).unwrap(), b"to a");
    assert_eq!(ready(read(&mut b)).unwrap(), b"to b");
    assert!(read(&mut a).is_pending() && read(&mut b).is_pending());
}

// T395 T396.
#[test]
fn a_read_gives_what_is_there_up_to_what_was_asked_for() {
    let (mut a, mut b) = duplex(16);
    assert_eq!(ready(poll_once(pin!(b.read(&mut [])))).unwrap(), 0);
    ready(write(&mut a, b"0123456789")).unwrap();
    ready(write(&mut a, b"ab")).unwrap();
    assert_eq!(ready(read(&mut b)).unwrap(), b"01234567");
    assert_eq!(ready(read(&mut b)).unwrap(), b"89ab");
}

// Also where it lies across the end of the ring.
#[test]
fn one_read_takes_all_that_fits() {
    let (mut a, mut b) = duplex(8);
    for _ in 0..50 {
        for length in [3, 8, 5, 7, 1] {
            let bytes: Vec<u8> = (0..length).collect();
            assert_eq!(ready(write(&mut a, &bytes)).unwrap(), usize::from(length));
            assert_eq!(ready(read(&mut b)).unwrap(), bytes);
        }
    }
}

#[test]
fn a_write_waits_for_room() {
    let (mut a, mut b) = duplex(4);
    assert_eq!(ready(write(&mut a, b"012345")).unwrap(), 4);
    assert!(write(&mut a, b"45").is_pending());
    assert_eq!(ready(write(&mut a, b"")).unwrap(), 0);
    assert_eq!(ready(poll_once(pin!(b.read(&mut [0; 1])))).unwrap(), 1);
    assert_eq!(ready(write(&mut a, b"45")).unwrap(), 1);
    assert_eq!(ready(read(&mut b)).unwrap(), b"1234");
    // The other direction has room of its own.
    assert_eq!(ready(write(&mut b, b"0123")).unwrap(), 4);
}

#[test]
fn each_side_is_woken_when_it_can_go_on_and_not_before() {
    let (mut a, mut b) = duplex(4);
    let (reader, wakes_reader) = WakeCounter::new();
    let (writer, wakes_writer) = WakeCounter::new();
    let mut into = [0; 4];
    for _ in 0..3 {
        // It registers once.
        assert!(poll_with(pin!(b.read(&mut into)), &wakes_reader).is_pending());
    }
    ready(poll_with(pin!(a.write(b"")), &wakes_writer)).unwrap();
    assert_eq!((reader.get(), writer.get()), (0, 0));
    ready(poll_with(pin!(a.write(b"0123")), &wakes_writer)).unwrap();
    assert_eq!((reader.get(), writer.get()), (1, 0));
    assert!(poll_with(pin!(a.write(b"4")), &wakes_writer).is_pending());
    assert_eq!(ready(poll_once(pin!(b.read(&mut [])))).unwrap(), 0);
    assert_eq!((reader.get(), writer.get()), (1, 0));
    ready(poll_with(pin!(b.read(&mut into)), &wakes_reader)).unwrap();
    assert_eq!((reader.get(), writer.get()), (1, 1));
}

// T397 U429 U430.
#[test]
fn closed_it_is_read_to_the_end_and_answered() {
    let (mut a, mut b) = duplex(8);
    ready(write(&mut a, b"ask")).unwrap();
    ready(poll_once(pin!(a.close()))).unwrap();
    assert_eq!(ready(read(&mut b)).unwrap(), b"ask");
    for _ in 0..2 {
        assert_eq!(ready(read(&mut b)).unwrap(), b"");
    }
    ready(write(&mut b, b"answer")).unwrap();
    assert_eq!(ready(read(&mut a)).unwrap(), b"answer");
    // U427.
    let error = ready(write(&mut a, b"more")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BrokenPipe);
    assert_eq!(error.to_string(), "this end of the connection is closed");
    ready(poll_once(pin!(a.close()))).unwrap();
}

// U426.
#[test]
fn a_peer_that_is_gone_is_the_end_of_reading_and_an_error_of_writing() {
    let (mut a, mut b) = duplex(8);
    ready(write(&mut a, b"lost")).unwrap();
    ready(write(&mut b, b"kept")).unwrap();
    drop(b);
    let error = ready(write(&mut a, b"more")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BrokenPipe);
    assert_eq!(error.to_string(), "the other end of the connection is gone");
    assert_eq!(ready(write(&mut a, b"")).unwrap_err().kind(), ErrorKind::BrokenPipe);
    assert_eq!(ready(read(&mut a)).unwrap(), b"kept");
    assert_eq!(ready(read(&mut a)).unwrap(), b"");
}

#[test]
fn whoever_waits_is_woken_by_a_close_and_by_a_drop() {
    for dropped in [false, true] {
        let (mut a, mut b) = duplex(1);
        let (reader, wakes_reader) = WakeCounter::new();
        let (writer, wakes_writer) = WakeCounter::new();
        ready(write(&mut a, b"0")).unwrap();
        assert!(poll_with(pin!(a.read(&mut [0; 1])), &wakes_reader).is_pending());
        assert!(poll_with(pin!(a.write(b"1")), &wakes_writer).is_pending());
        if dropped {
            drop(b);
            assert_eq!(ready(write(&mut a, b"1")).unwrap_err().kind(), ErrorKind::BrokenPipe);
        } else {
            ready(poll_once(pin!(b.close()))).unwrap();
            assert!(write(&mut a, b"1").is_pending());
        }
        assert_eq!((reader.get(), writer.get()), (1, usize::from(dropped)));
        assert_eq!(ready(read(&mut a)).unwrap(), b"");
    }
}

// T422: of a read and of a write that were given up.
#[taipan::test(virtual_time)]
async fn a_cancelled_read_and_a_cancelled_write_move_no_byte() {
    let (mut a, mut b) = duplex(4);
    let start = Instant::now();
    let hour = Duration::from_secs(3600);
    let mut into = [0; 8];
    timeout(hour, b.read(&mut into)).await.unwrap_err();
    a.write_all(b"0123").await.unwrap();
    timeout(hour, a.write(b"xxxx")).await.unwrap_err();
    assert_eq!(b.read(&mut into).await.unwrap(), 4);
    assert_eq!(into[..4], *b"0123");
    timeout(hour, b.read(&mut into)).await.unwrap_err();
    a.write_all(b"4567").await.unwrap();
    assert_eq!(b.read(&mut into).await.unwrap(), 4);
    assert_eq!(into[..4], *b"4567");
    assert_eq!(start.elapsed(), 3 * hour);
}

#[taipan::test(virtual_time)]
async fn a_slow_reader_slows_the_writer_down() {
    let (mut a, mut b) = duplex(10);
    let start = Instant::now();
    let write = async {
        a.write_all(&[7; 100]).await.unwrap();
        let written = start.elapsed();
        drop(a);
        written
    };
    let read = async {
        let mut into = [0; 10];
        let mut sum = 0;
        loop {
            sleep(Duration::from_secs(1)).await;
            match b.read(&mut into).await.unwrap() {
                0 => return sum,
                count => sum += count,
            }
        }
    };
    let (written, sum) = gather!(write, read).await;
    // The last ten go when the ninetieth was read.
    assert_eq!((written, sum), (Duration::from_secs(9), 100));
}

#[test]
fn a_megabyte_goes_through_in_order_on_four_threads() {
    const SIZE: usize = 1 << 20;
    for capacity in [1000, 4096, 2 * SIZE] {
        bounded(move || {
            taipan::Runtime::builder().threads(4).build().run(async move {
                let bytes: Vec<u8> = (0..SIZE).map(|n| (n % 251) as u8).collect();
                let (near, far) = duplex(capacity);
                let sent = bytes.clone();
                let echo = spawn(async move {
                    let (from, mut to) = split(far);
                    futures_lite::io::copy(from, &mut to).await.unwrap();
                    to.close().await.unwrap();
                });
                let write = async {
                    (&near).write_all(&sent).await.unwrap();
                    (&near).close().await.unwrap();
                };
                let mut back = Vec::new();
                gather!(write, async { (&near).read_to_end(&mut back).await.unwrap() }).await;
                echo.await.unwrap();
                assert!(back == bytes);
            });
        });
    }
}

#[test]
fn several_readers_get_each_byte_once() {
    bounded(|| {
        taipan::Runtime::builder().threads(4).build().run(async {
            let (mut near, far) = duplex(16);
            let far = std::sync::Arc::new(far);
            let readers: Vec<_> = (0..4)
                .map(|_| {
                    let far = std::sync::Arc::clone(&far);
                    spawn(async move {
                        let (mut far, mut sum, mut byte) = (&*far, 0, [0]);
                        while far.read(&mut byte).await.unwrap() > 0 {
                            sum += u64::from(byte[0]);
                            yield_now().await;
                        }
                        sum
                    })
                })
                .collect();
            for n in 0..10_000_u32 {
                near.write_all(&[(n % 100) as u8]).await.unwrap();
            }
            near.close().await.unwrap();
            let mut sum = 0;
            for reader in readers {
                sum += reader.await.unwrap();
            }
            assert_eq!(sum, 100 * (0..100).sum::<u64>());
        });
    });
}

// What it is for: a protocol, here one of lines, without a network.
#[taipan::test(virtual_time)]
async fn a_protocol_of_lines() {
    async fn serve(stream: DuplexStream) -> io::Result<()> {
        let (reader, mut writer) = split(stream);
        let mut lines = BufReader::new(reader);
        let mut line = String::new();
        while lines.read_line(&mut line).await? > 0 {
            writer.write_all(line.to_uppercase().as_bytes()).await?;
            line.clear();
        }
        writer.close().await
    }
    let (client, server) = duplex(3);
    let server = spawn(serve(server));
    let mut answer = String::new();
    let ask = async {
        (&client).write_all(b"hello\nworld").await.unwrap();
        (&client).close().await.unwrap();
    };
    gather!(ask, async { (&client).read_to_string(&mut answer).await.unwrap() }).await;
    assert_eq!(answer, "HELLO\nWORLD");
    server.await.unwrap().unwrap();
}

#[test]
fn it_may_be_shared_and_says_how_much_is_on_its_way() {
    fn ask<T: Send + Sync + Unpin>(_: &T) {}
    let (mut a, b) = duplex(8);
    ask(&a);
    ready(write(&mut a, b"123")).unwrap();
    ready(poll_once(pin!(a.close()))).unwrap();
    assert_eq!(format!("{a:?}"), "DuplexStream { readable: 0, written: 3, closed: true, .. }");
    assert_eq!(format!("{b:?}"), "DuplexStream { readable: 3, written: 0, closed: false, .. }");
}

#[test]
#[should_panic(expected = "a duplex with a capacity of 0 would never pass a byte")]
fn without_room_it_is_refused() {
    let _ = duplex(0);
}
