//! TCP sockets: what they do, in a runtime with one and with two workers and in that of a test.
#![forbid(unsafe_code)]

use std::io::{self, ErrorKind, IoSlice, IoSliceMut};
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::Duration;

use futures_lite::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use taipan::__private::{TestOptions, try_test};
use taipan::net::{Shutdown, TcpListener, TcpStream, resolve};
use taipan::{Runtime, async_for, gather, spawn, timeout, yield_now};
use taipan_tests::{bounded, poll_once};

/// Runs `body` wherever sockets are served in another way.
#[track_caller]
fn everywhere<F: Future<Output = ()> + 'static>(body: fn() -> F) {
    for threads in [1, 2] {
        bounded(move || Runtime::builder().threads(threads).build().run(body()));
    }
    for virtual_time in [false, true] {
        let timeout = Some(Duration::from_secs(60));
        let options = TestOptions { virtual_time, timeout, ..TestOptions::default() };
        let outcome = try_test(options, body);
        assert_eq!(outcome.failure(), None, "virtual time: {virtual_time}");
    }
}

async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// The two ends of a connection.
async fn connection() -> (TcpStream, TcpStream) {
    let (listener, address) = listen().await;
    let (client, accepted) = gather!(TcpStream::connect(address), listener.accept()).await;
    let (client, (server, peer)) = (client.unwrap(), accepted.unwrap());
    assert_eq!(peer, client.local_addr().unwrap());
    (client, server)
}

async fn read(mut stream: &TcpStream, up_to: usize) -> io::Result<Vec<u8>> {
    let mut into = vec![0; up_to];
    let count = stream.read(&mut into).await?;
    into.truncate(count);
    Ok(into)
}

/// Sends back what comes, to the end.
async fn echo(stream: TcpStream) -> io::Result<()> {
    let mut into = [0; 1000];
    loop {
        match (&stream).read(&mut into).await? {
            0 => return Ok(()),
            count => (&stream).write_all(&into[..count]).await?,
        }
    }
}

#[test]
fn what_one_end_writes_the_other_reads() {
    everywhere(|| async {
        let (client, server) = connection().await;
        (&client).write_all(b"to the server").await.unwrap();
        assert_eq!(read(&server, 100).await.unwrap(), b"to the server");
        (&server).write_all(b"to the client").await.unwrap();
        assert_eq!(read(&client, 6).await.unwrap(), b"to the");
        assert_eq!(read(&client, 100).await.unwrap(), b" client");
        assert_eq!(read(&client, 0).await.unwrap(), b"");
        assert_eq!((&client).write(b"").await.unwrap(), 0);
    });
}

// More than the system keeps: both ends wait for each other again and again, and an echo waits in both directions.
#[test]
fn nothing_is_lost_or_moved_where_the_ends_wait_for_each_other() {
    everywhere(|| async {
        let (client, server) = connection().await;
        let bytes: Vec<u8> = (0..6_000_000_u32).map(|n| (n % 251) as u8).collect();
        let echo = spawn(echo(server));
        let write = async {
            (&client).write_all(&bytes).await.unwrap();
            (&client).close().await.unwrap();
        };
        let read = async {
            let mut back = Vec::new();
            (&client).read_to_end(&mut back).await.unwrap();
            back
        };
        let ((), back) = gather!(write, read).await;
        assert!(back == bytes, "the bytes differ");
        echo.await.unwrap().unwrap();
    });
}

#[test]
fn an_end_that_is_closed_can_still_be_read() {
    everywhere(|| async {
        let (mut client, mut server) = connection().await;
        client.write_all(b"all I say").await.unwrap();
        client.close().await.unwrap();
        client.close().await.unwrap(); // once more is no error
        assert_eq!(client.write(b"more").await.unwrap_err().kind(), ErrorKind::BrokenPipe);

        // The bytes and the end have come as one event, or as two: both are read, whatever was asked for.
        assert_eq!(read(&server, 100).await.unwrap(), b"all I say");
        assert_eq!(read(&server, 100).await.unwrap(), b"");
        assert_eq!(read(&server, 100).await.unwrap(), b"");
        server.write_all(b"an answer").await.unwrap();
        drop(server);
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.unwrap();
        assert_eq!(answer, "an answer");
    });
}

#[test]
fn many_connections_at_once() {
    everywhere(|| async {
        const CONNECTIONS: usize = 100;
        let (listener, address) = listen().await;
        let server = spawn(async move {
            for _ in 0..CONNECTIONS {
                let (stream, _) = listener.accept().await.unwrap();
                spawn(async move { echo(stream).await.unwrap() }).detach();
            }
        });
        let clients = (0..CONNECTIONS).map(|number| {
            spawn(async move {
                let stream = TcpStream::connect(address).await.unwrap();
                for round in 0..20 {
                    let said = format!("{number}, {round}");
                    (&stream).write_all(said.as_bytes()).await.unwrap();
                    let mut heard = vec![0; said.len()];
                    (&stream).read_exact(&mut heard).await.unwrap();
                    assert_eq!(heard, said.as_bytes());
                }
            })
        });
        let clients: Vec<_> = clients.collect();
        for client in clients {
            client.await.unwrap();
        }
        server.await.unwrap();
    });
}

// With the standard library's 128 places, the rest would wait for ever.
#[test]
fn more_than_128_connections_may_wait_to_be_accepted() {
    everywhere(|| async {
        let (listener, address) = listen().await;
        let mut clients = Vec::new();
        for _ in 0..300 {
            clients.push(TcpStream::connect(address).await.unwrap());
        }
        for client in clients {
            let (_, peer) = listener.accept().await.unwrap();
            assert_eq!(peer, client.local_addr().unwrap());
        }
    });
}

#[test]
fn a_read_that_is_dropped_takes_nothing() {
    everywhere(|| async {
        let (client, server) = connection().await;
        for _ in 0..3 {
            {
                let mut waits = pin!(read(&server, 100));
                assert!(poll_once(waits.as_mut()).is_pending());
                (&client).write_all(b"kept").await.unwrap();
                // The bytes have come, and the one that waited for them has not looked yet.
                let peeked = server.peek(&mut [0; 100]).await.unwrap();
                assert_eq!(peeked, 4);
            }
            assert_eq!(read(&server, 100).await.unwrap(), b"kept");
        }
        // The same with a limit in the way.
        let none = timeout(Duration::from_millis(1), read(&server, 100)).await;
        assert!(none.is_err());
        (&client).write_all(b"kept").await.unwrap();
        assert_eq!(read(&server, 100).await.unwrap(), b"kept");
    });
}

#[test]
fn an_accept_that_is_dropped_takes_no_connection() {
    everywhere(|| async {
        let (listener, address) = listen().await;
        let client = {
            let mut waits = pin!(listener.accept());
            assert!(poll_once(waits.as_mut()).is_pending());
            TcpStream::connect(address).await.unwrap()
        };
        let (_, peer) = listener.accept().await.unwrap();
        assert_eq!(peer, client.local_addr().unwrap());
    });
}

#[test]
fn two_readers_lose_no_wake() {
    everywhere(|| async {
        let (client, server) = connection().await;
        let server = Arc::new(server);
        let readers = [(); 2].map(|()| {
            let server = Arc::clone(&server);
            spawn(async move { read(&server, 3).await.unwrap() })
        });
        // Both are woken by the first word, if both wait; one finds nothing, and waits again.
        for bytes in [b"one", b"two"] {
            (&client).write_all(bytes).await.unwrap();
            yield_now().await;
        }
        let [first, second] = readers;
        let mut heard = [first.await.unwrap(), second.await.unwrap()].concat();
        heard.sort_unstable();
        let mut said = *b"onetwo";
        said.sort_unstable();
        assert_eq!(heard, said);
    });
}

#[test]
fn a_shutdown_wakes_those_who_wait() {
    everywhere(|| async {
        let (client, server) = connection().await;
        let read = async { read(&server, 1).await.unwrap() };
        let shut = async { server.shutdown(Shutdown::Both).unwrap() };
        let (end, ()) = gather!(read, shut).await;
        assert_eq!(end, b"");
        assert_eq!(self::read(&client, 1).await.unwrap(), b"");
        let error = (&server).write(b"x").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BrokenPipe);
    });
}

#[test]
fn a_task_that_is_cancelled_while_it_waits_closes_its_socket() {
    everywhere(|| async {
        let (client, server) = connection().await;
        let task = spawn(async move { read(&server, 1).await });
        yield_now().await;
        assert!(task.stop().await.is_none());
        assert_eq!(read(&client, 1).await.unwrap(), b"");
    });
}

#[test]
fn several_slices_are_one_call() {
    everywhere(|| async {
        let (client, server) = connection().await;
        let cx = &mut Context::from_waker(Waker::noop());
        let slices = [IoSlice::new(b"one"), IoSlice::new(b"two")];
        let written = Pin::new(&mut &client).poll_write_vectored(cx, &slices);
        assert!(matches!(written, std::task::Poll::Ready(Ok(6))));
        server.peek(&mut [0; 6]).await.unwrap();
        let (mut four, mut rest) = ([0; 4], [0; 4]);
        let read = std::future::poll_fn(|cx| {
            let slices = &mut [IoSliceMut::new(&mut four), IoSliceMut::new(&mut rest)];
            Pin::new(&mut &server).poll_read_vectored(cx, slices)
        });
        assert_eq!(read.await.unwrap(), 6);
        assert_eq!((&four, &rest), (b"onet", b"wo\0\0"));
    });
}

#[test]
fn the_connections_are_a_stream() {
    everywhere(|| async {
        let (listener, address) = listen().await;
        let mut clients = Vec::new();
        for _ in 0..3 {
            clients.push(TcpStream::connect(address).await.unwrap().local_addr().unwrap());
        }
        let mut seen = Vec::new();
        async_for!(for stream in listener.incoming() {
            seen.push(stream.unwrap().peer_addr().unwrap());
            if seen.len() == clients.len() {
                break;
            }
        });
        assert_eq!(seen, clients);
    });
}

#[test]
fn where_nobody_listens_a_connect_is_refused() {
    everywhere(|| async {
        let (listener, address) = listen().await;
        drop(listener);
        let error = TcpStream::connect(address).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
        // The next address is tried then.
        let (listener, other) = listen().await;
        let stream = TcpStream::connect([address, other]).await.unwrap();
        assert_eq!(stream.peer_addr().unwrap(), other);
        drop(listener);
        let error = TcpStream::connect(&[address, other][..]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    });
}

#[test]
fn an_address_is_bound_once() {
    everywhere(|| async {
        let (listener, address) = listen().await;
        let error = TcpListener::bind(address).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AddrInUse);
        let other = TcpListener::bind([address, "127.0.0.1:0".parse().unwrap()]).await.unwrap();
        assert_ne!(other.local_addr().unwrap(), address);
        // At once, also after a connection that was closed from here.
        let client = TcpStream::connect(address).await.unwrap();
        drop(listener.accept().await.unwrap());
        assert_eq!(read(&client, 1).await.unwrap(), b"");
        drop((client, listener));
        drop(TcpListener::bind(address).await.unwrap());
    });
}

#[test]
fn names_are_looked_up() {
    everywhere(|| async {
        let addresses = resolve(("localhost", 80)).await.unwrap();
        assert!(!addresses.is_empty());
        assert!(addresses.iter().all(|address| address.ip().is_loopback()));

        let listener = TcpListener::bind("localhost:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let stream = TcpStream::connect(("localhost", port)).await.unwrap();
        assert_eq!(stream.peer_addr().unwrap(), listener.local_addr().unwrap());

        let none: &[SocketAddr] = &[];
        let malformed = TcpStream::connect("localhost").await.unwrap_err();
        let empty = TcpStream::connect(none).await.unwrap_err();
        assert_eq!(
            (malformed.kind(), empty.kind()),
            (ErrorKind::InvalidInput, ErrorKind::InvalidInput)
        );
        let empty = TcpListener::bind(none).await.unwrap_err();
        assert_eq!(empty.to_string(), "there is no address for the name");
    });
}

#[test]
fn a_socket_is_set_and_asked() {
    everywhere(|| async {
        let (client, server) = connection().await;
        assert_eq!(client.peer_addr().unwrap(), server.local_addr().unwrap());
        assert!(!client.nodelay().unwrap());
        client.set_nodelay(true).unwrap();
        assert!(client.nodelay().unwrap());
        client.set_ttl(42).unwrap();
        assert_eq!(client.ttl().unwrap(), 42);
        let debug = format!("{client:?}");
        let address = client.local_addr().unwrap().to_string();
        assert!(debug.starts_with("TcpStream {") && debug.contains(&address), "{debug}");
    });
}

#[test]
fn sockets_of_the_standard_library_are_taken() {
    everywhere(|| async {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let listener = TcpListener::try_from(listener).unwrap();
        let client = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let client = TcpStream::try_from(client).unwrap();
        let (server, _) = listener.accept().await.unwrap();
        // It would block the thread, and nobody would write.
        let (read, ()) = gather!(read(&client, 100), async {
            (&server).write_all(b"hello").await.unwrap();
        })
        .await;
        assert_eq!(read.unwrap(), b"hello");
    });
}

#[test]
fn its_futures_can_be_spawned() {
    fn spawnable<T: Send>(_: T) {}
    fn both<T: AsyncRead + AsyncWrite + Send + Sync + 'static>() {}
    both::<TcpStream>();
    spawnable(TcpStream::connect("127.0.0.1:1"));
    spawnable(TcpListener::bind("127.0.0.1:0"));
    spawnable(resolve(("127.0.0.1", 1)));
    bounded(|| {
        Runtime::builder().threads(1).build().run(async {
            let (listener, _) = listen().await;
            spawnable(listener.accept());
            spawnable(listener.incoming());
        });
    });
}
