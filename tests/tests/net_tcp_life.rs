//! TCP sockets where their runtime is not: on foreign threads, in another run, after their run has ended, before any.
#![forbid(unsafe_code)]

use std::io;
use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use futures_lite::future::block_on;
use futures_lite::io::{AsyncReadExt, AsyncWriteExt};
use taipan::__private::{TestOptions, try_test};
use taipan::net::{TcpListener, TcpStream};
use taipan::sync::oneshot;
use taipan::time::Instant;
use taipan::{Runtime, gather, sleep, spawn, tasks, timeout, yield_now};
use taipan_tests::{bounded, poll_once};

const HOUR: Duration = Duration::from_secs(3600);

fn runtime(threads: usize) -> Runtime {
    Runtime::builder().threads(threads).build()
}

async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

async fn connection() -> (TcpStream, TcpStream) {
    let (listener, address) = listen().await;
    let (client, server) = gather!(TcpStream::connect(address), listener.accept()).await;
    (client.unwrap(), server.unwrap().0)
}

/// Sends a byte there and back: each end waits for the other.
async fn talk(a: &TcpStream, b: &TcpStream) {
    let mut byte = [0];
    for (mut from, mut to) in [(a, b), (b, a)] {
        let read = async { to.read_exact(&mut byte).await.unwrap() };
        let write = async { from.write_all(b"x").await.unwrap() };
        gather!(read, write).await;
        assert_eq!(byte, *b"x");
    }
}

async fn read_one(mut stream: &TcpStream) -> io::Result<u8> {
    let mut byte = [0];
    stream.read_exact(&mut byte).await?;
    Ok(byte[0])
}

#[test]
fn sockets_outlive_their_run() {
    bounded(|| {
        for threads in [1, 2] {
            let (a, b, listener) = runtime(threads).run(async {
                let (a, b) = connection().await;
                talk(&a, &b).await;
                (a, b, listen().await.0)
            });
            block_on(talk(&a, &b)); // where there is no runtime
            runtime(threads).run(talk(&a, &b)); // and in another run
            let address = listener.local_addr().unwrap();
            let (client, accepted) = runtime(threads)
                .run(async { gather!(TcpStream::connect(address), listener.accept()).await });
            runtime(threads).run(talk(&client.unwrap(), &accepted.unwrap().0));
        }
    });
}

#[test]
fn sockets_are_made_before_there_is_a_run() {
    bounded(|| {
        let (a, b) = block_on(async {
            let (a, b) = connection().await;
            talk(&a, &b).await;
            (a, b)
        });
        runtime(2).run(async move {
            talk(&a, &b).await;
            spawn(async move { talk(&a, &b).await }).await.unwrap();
        });
    });
}

// While its runtime has nothing else to do: all its workers wait.
#[test]
fn a_foreign_thread_waits_for_a_socket_of_a_runtime() {
    bounded(|| {
        for threads in [1, 2] {
            runtime(threads).run(async {
                let (a, b) = connection().await;
                let (tell, told) = oneshot::channel();
                let reader = thread::spawn(move || {
                    tell.send(block_on(read_one(&a)).unwrap()).unwrap();
                });
                let writer = thread::spawn(move || {
                    block_on(async { (&b).write_all(b"y").await.unwrap() });
                });
                assert_eq!(told.await.unwrap(), b'y');
                reader.join().unwrap();
                writer.join().unwrap();
            });
        }
    });
}

// The first socket of the run is made when all workers wait already.
#[test]
fn a_foreign_thread_makes_the_first_socket() {
    bounded(|| {
        for threads in [1, 2] {
            runtime(threads).run(async {
                let talk = taipan::to_thread(|| {
                    block_on(async {
                        let (a, b) = connection().await;
                        talk(&a, &b).await;
                    });
                });
                talk.await;
            });
        }
    });
}

#[test]
fn who_waits_when_the_run_ends_goes_on_waiting() {
    bounded(|| {
        for threads in [1, 2] {
            let (tell, told) = mpsc::channel();
            let (reader, writer) = runtime(threads).run(async {
                let (a, b) = connection().await;
                let reader = thread::spawn(move || {
                    let mut read = std::pin::pin!(read_one(&a));
                    assert!(poll_once(read.as_mut()).is_pending());
                    tell.send(()).unwrap();
                    block_on(read).unwrap()
                });
                told.recv().unwrap();
                (reader, b)
            });
            block_on(async { (&writer).write_all(b"z").await.unwrap() });
            assert_eq!(reader.join().unwrap(), b'z');
        }
    });
}

#[test]
fn two_runs_share_a_connection() {
    bounded(|| {
        let (give, given) = mpsc::channel();
        let one = thread::spawn(move || {
            runtime(1).run(async {
                let (a, b) = connection().await;
                give.send(a).unwrap();
                for _ in 0..100 {
                    let byte = read_one(&b).await.unwrap();
                    (&b).write_all(&[byte + 1]).await.unwrap();
                }
            });
        });
        let a = given.recv().unwrap();
        runtime(2).run(async {
            for n in 0..100 {
                (&a).write_all(&[n]).await.unwrap();
                assert_eq!(read_one(&a).await.unwrap(), n + 1);
            }
        });
        one.join().unwrap();
    });
}

// The place of a socket that is gone is taken by the next, while events for the one before may be on their way.
#[test]
fn sockets_come_and_go() {
    bounded(|| {
        for threads in [1, 2] {
            runtime(threads).run(async {
                let (listener, address) = listen().await;
                for n in 0..500_u32 {
                    let client = TcpStream::connect(address).await.unwrap();
                    let (server, _) = listener.accept().await.unwrap();
                    (&client).write_all(b"never read").await.unwrap();
                    if n % 3 == 0 {
                        yield_now().await;
                    }
                    drop(server);
                    let (a, b) = connection().await;
                    drop(client);
                    talk(&a, &b).await;
                }
            });
        }
    });
}

#[test]
fn a_task_that_waits_for_a_socket_says_so() {
    runtime(1).run(async {
        let (stream, _peer) = connection().await;
        let peek = spawn(async move { drop(stream.peek(&mut [0]).await) });
        let (listener, _) = listen().await;
        let accept = spawn(async move { drop(listener.accept().await) });
        yield_now().await;
        let waits: Vec<_> = tasks()
            .iter()
            .flat_map(taipan::TaskInfo::waiting)
            .map(|wait| {
                assert_eq!(wait.location().file(), file!());
                wait.operation().to_owned()
            })
            .collect();
        let expected = ["TcpStream::peek", "TcpListener::accept"];
        assert_eq!(waits, if cfg!(debug_assertions) { &expected[..] } else { &[] });
        peek.stop().await;
        accept.stop().await;
    });
}

fn virtually(body: impl Fn() -> std::pin::Pin<Box<dyn Future<Output = ()>>> + Send + 'static) {
    let timeout = Some(Duration::from_secs(60));
    let options = TestOptions { virtual_time: true, timeout, ..TestOptions::default() };
    assert_eq!(try_test(options, body).failure(), None);
}

#[test]
fn a_virtual_clock_does_not_wait_for_a_socket() {
    virtually(|| {
        Box::pin(async {
            let (a, b) = connection().await;
            let started = Instant::now();
            assert!(timeout(HOUR, read_one(&a)).await.is_err());
            assert_eq!(started.elapsed(), HOUR);
            let write = async {
                sleep(HOUR).await;
                (&b).write_all(b"x").await.unwrap();
            };
            let (read, ()) = gather!(read_one(&a), write).await;
            assert_eq!(read.unwrap(), b'x');
            assert_eq!(started.elapsed(), 2 * HOUR);
        })
    });
}

// It takes longer than a test that is stuck is given.
#[test]
fn a_test_that_waits_for_a_socket_is_not_stuck() {
    virtually(|| {
        Box::pin(async {
            let (listener, address) = listen().await;
            let client = thread::spawn(move || {
                thread::sleep(Duration::from_millis(700));
                drop(std::net::TcpStream::connect(address).unwrap());
            });
            let (stream, _) = listener.accept().await.unwrap();
            assert_eq!((&stream).read(&mut [0]).await.unwrap(), 0);
            client.join().unwrap();
        })
    });
}
