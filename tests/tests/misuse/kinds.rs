//! One future of each kind that waits, and what ends its wait.

use std::future::{pending, poll_fn};
use std::io::Write;
use std::net;
use std::pin::Pin;
use std::sync::{Arc, mpsc};
use std::task::{Poll, Waker, ready};
use std::time::Duration;

use futures_lite::io::{AsyncReadExt, AsyncWriteExt};
use taipan::net::{TcpListener, TcpStream};
use taipan::sync::{
    Barrier, Event, Limiter, Mutex, Queue, RwLock, Semaphore, broadcast, channel, oneshot, watch,
};
use taipan::{interval, sleep, spawn, timeout, to_thread};
use taipan_tests::{Gate, poll_with};

/// So long those wait that wait for the time.
const SHORT: Duration = Duration::from_millis(5);

pub(crate) type Boxed = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A future that is about to wait.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) future: Boxed,
    /// Ends the wait, from whichever thread.
    pub(crate) end: Box<dyn FnOnce() + Send>,
    /// The time ends the wait, whatever else does.
    pub(crate) by_time: bool,
}

/// Whatever comes of the one and the other is dropped there. Once it is ready it stays so: some wait for no more than the time,
/// which may be faster than a test.
fn kind<F, R>(name: &'static str, future: F, end: impl FnOnce() -> R + Send + 'static) -> Kind
where
    F: Future<Output: Send> + Send + 'static,
{
    let mut waits = Some(Box::pin(future));
    let future = Box::pin(poll_fn(move |cx| {
        if let Some(future) = &mut waits {
            drop(ready!(future.as_mut().poll(cx)));
            waits = None;
        }
        Poll::Ready(())
    }));
    let end = Box::new(move || {
        let _ = end();
    });
    Kind { name, future, end, by_time: false }
}

fn by_time<F>(name: &'static str, future: F) -> Kind
where
    F: Future<Output: Send> + Send + 'static,
{
    Kind { by_time: true, ..kind(name, future, || {}) }
}

/// Those that a runtime has nothing to do with.
pub(crate) fn meetings() -> Vec<Kind> {
    let semaphore = Arc::new(Semaphore::new(0));
    let added = Arc::clone(&semaphore);
    let mutex = Arc::new(Mutex::new(()));
    let locked = mutex.try_lock_owned().unwrap();
    let lock = Arc::new(RwLock::new(()));
    let (read, written) = (Arc::clone(&lock), lock.try_write_owned().unwrap());
    let shared = Arc::new(RwLock::new(()));
    let (write, reader) = (Arc::clone(&shared), shared.try_read_owned().unwrap());
    let event = Arc::new(Event::new());
    let set = Arc::clone(&event);
    let limiter = Arc::new(Limiter::new(1));
    let token = limiter.try_acquire_owned(0).unwrap().unwrap();
    let (once, sent) = oneshot::channel::<()>();
    let (tx, rx) = channel::<u8>(1);
    let (full, room) = channel::<u8>(1);
    full.try_send(0).unwrap();
    let queue = Queue::new(1);
    let put = queue.clone();
    let (told, mut hears) = broadcast::channel::<u8>(1);
    let (shown, mut sees) = watch::channel(0);
    let barrier = Arc::new(Barrier::new(2));
    let broken = Arc::clone(&barrier);
    vec![
        kind("Semaphore", async move { drop(semaphore.acquire().await) }, move || {
            added.add_permits(1);
        }),
        kind("Mutex", async move { drop(mutex.lock().await) }, || drop(locked)),
        kind("RwLock::read", async move { drop(read.read().await) }, || drop(written)),
        kind("RwLock::write", async move { drop(write.write().await) }, || drop(reader)),
        kind("Event", async move { event.wait().await }, move || set.set()),
        kind("Limiter", async move { drop(limiter.acquire(1).await) }, || drop(token)),
        kind("oneshot", sent, || once.send(())),
        kind("Receiver", async move { rx.recv().await }, move || tx.try_send(1)),
        kind("Sender", async move { full.send(1).await }, move || room.try_recv()),
        kind("Queue", async move { queue.get().await }, move || put.try_put(1)),
        kind("broadcast", async move { hears.recv().await }, move || told.send(1)),
        kind("watch", async move { sees.changed().await }, move || shown.send(1)),
        kind("Barrier", async move { barrier.wait().await }, move || broken.abort()),
    ]
}

/// Those that a runtime's clock and poller serve, or `async-io` where there is none. Sockets are made where this is
/// called.
pub(crate) async fn world() -> Vec<Kind> {
    let (stream, mut peer) = connection().await;
    let (writing, reader) = connection().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (mut near, mut far) = taipan::io::duplex(1);
    vec![
        by_time("sleep", sleep(SHORT)),
        by_time("timeout", timeout(SHORT, pending::<()>())),
        by_time("interval", async {
            let mut ticks = interval(SHORT);
            ticks.tick().await;
            ticks.tick().await;
        }),
        kind(
            "TcpStream::read",
            async move { (&stream).read(&mut [0]).await },
            // The connection stays, if only for its own end.
            move || peer.write_all(b"x"),
        ),
        kind(
            "TcpStream::write",
            async move { while (&writing).write(&[0; 4096]).await.is_ok() {} },
            || drop(reader),
        ),
        kind(
            "TcpListener::accept",
            async move { listener.accept().await },
            move || net::TcpStream::connect(address), // refused, if it was dropped
        ),
        kind("duplex", async move { near.read(&mut [0]).await }, move || {
            futures_lite::future::block_on(far.write(b"x"))
        }),
    ]
}

/// Those that belong to a run: a task of it, and a call that it counts.
pub(crate) fn owned() -> Vec<Kind> {
    let (done, ended) = mpsc::channel();
    let gate = Gate::new();
    let opener = gate.clone();
    let task = spawn(async move { gate.pass().await });
    vec![
        kind("to_thread", to_thread(move || ended.recv()), move || done.send(())),
        kind("task.await", task.into_future(), move || opener.open()),
    ]
}

pub(crate) async fn all() -> Vec<Kind> {
    let mut all = meetings();
    all.extend(world().await);
    all.extend(owned());
    all
}

/// Our end of a connection, and that of somebody who has no runtime.
async fn connection() -> (TcpStream, net::TcpStream) {
    let listener = net::TcpListener::bind("127.0.0.1:0").unwrap();
    let stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    (stream, listener.accept().unwrap().0)
}

/// Polls one once, by hand.
pub(crate) fn poll(future: &mut Boxed, waker: &Waker) -> Poll<()> {
    poll_with(Pin::new(future), waker)
}
