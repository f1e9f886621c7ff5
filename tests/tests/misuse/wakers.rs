//! Wakers that are kept for too long, wake from within, or panic.

use std::future::poll_fn;
use std::io::Write;
use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::task::{Poll, Wake, Waker};
use std::thread;
use std::time::Duration;

use futures_lite::future::block_on;
use futures_lite::io::{AsyncReadExt, AsyncWriteExt};
use taipan::io::duplex;
use taipan::net::TcpStream;
use taipan::sync::{Barrier, Event, Queue, RwLock, Semaphore, broadcast, channel, watch};
use taipan::{gather, race, select, shield, spawn, spawn_local, timeout, yield_now};
use taipan_tests::{BadWaker, Counter, WakeCounter, bounded, counted, poll_with};

use crate::kinds::{Boxed, Kind, all, poll};
use crate::{hasty, panic_of, patient, soon};

/// Wakers that somebody keeps, each as often as its future was polled.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<Waker>>>);

impl Kept {
    /// Leaves the waker of every poll here. Ends after so many, if anybody wants it to end.
    async fn leave(self, polls: Option<usize>) {
        let mut left = polls;
        poll_fn(|cx| {
            self.0.lock().unwrap().push(cx.waker().clone());
            match &mut left {
                None => return Poll::Pending,
                Some(0) => return Poll::Ready(()),
                Some(left) => *left -= 1,
            }
            cx.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }

    /// Wakes all, this way and that, until it is told to stop; then they are dropped.
    fn hammer(self, stop: Arc<AtomicBool>) -> thread::JoinHandle<usize> {
        thread::spawn(move || {
            let mut woken = 0;
            while !stop.load(Ordering::Relaxed) {
                let wakers = self.0.lock().unwrap().clone();
                for (n, waker) in wakers.into_iter().enumerate() {
                    woken += 1;
                    if n % 2 == 0 { waker.wake_by_ref() } else { waker.wake() }
                }
                // Some of them go, so that somebody's last one goes while the run ends.
                let gone = {
                    let mut kept = self.0.lock().unwrap();
                    let some = kept.len().min(100);
                    kept.split_off(some)
                };
                drop(gone);
            }
            let wakers = mem::take(&mut *self.0.lock().unwrap());
            wakers.into_iter().for_each(Waker::wake);
            woken
        })
    }
}

/// Everything that makes wakers of its own for its children, or lends the task's.
async fn everything(kept: &Kept) {
    let leave = |polls| kept.clone().leave(Some(polls));
    let few = gather!(leave(1), leave(2), leave(3));
    let many = gather((0..50).map(|n| leave(n % 3)));
    let first = race!(leave(9), leave(1));
    let arms = async {
        select!(match (a = leave(1), b = leave(9)) {
            a(()) => {}
            b(()) => {}
        });
    };
    let limited = timeout(Duration::from_secs(60), leave(2));
    let shielded = shield(leave(1));
    let (_, _, (), (), limited, ()) = gather!(few, many, first, arms, limited, shielded).await;
    limited.unwrap();
}

#[test]
fn wakers_are_woken_and_dropped_by_a_thread_while_the_run_ends_and_after() {
    for threads in [1, 2] {
        for hurry in [false, true] {
            bounded(move || {
                for _ in 0..50 {
                    let (kept, stop) = (Kept::default(), Arc::new(AtomicBool::new(false)));
                    let hammer = kept.clone().hammer(Arc::clone(&stop));
                    let (polls, drops) = (Counter::new(), [Counter::new(), Counter::new()]);
                    let runtime = if hurry { hasty(threads) } else { patient(threads) };
                    runtime.run(async {
                        for _ in 0..10 {
                            drop(spawn(counted(kept.clone().leave(None), &polls, &drops[0])));
                            drop(spawn_local(counted(kept.clone().leave(None), &polls, &drops[1])));
                        }
                        everything(&kept).await;
                        let task = spawn({
                            let kept = kept.clone();
                            async move { everything(&kept).await }
                        });
                        task.await.unwrap();
                        while polls.get() < 20 {
                            yield_now().await;
                        }
                    });
                    let polled = polls.get();
                    let all_dropped = || drops.each_ref().map(Counter::get) == [10, 10];
                    // In a hurry, one that is being woken just now is dropped by the thread that wakes it.
                    assert!(hurry || all_dropped());
                    // It wakes what is no more for a while.
                    thread::yield_now();
                    stop.store(true, Ordering::Relaxed);
                    hammer.join().unwrap();
                    soon(all_dropped);
                    assert!(hurry || polls.get() == polled);
                }
            });
        }
    }
}

// The thread that wakes them is the first, and one that never saw a run is the last to hold them.
#[test]
fn the_wakers_of_one_run_are_woken_by_tasks_of_another() {
    bounded(|| {
        let kept = Kept::default();
        for threads in [1, 2] {
            hasty(threads).run(async {
                drop(spawn(kept.clone().leave(None)));
                drop(spawn_local(kept.clone().leave(None)));
                everything(&kept).await;
            });
            let wakers = kept.0.lock().unwrap().clone();
            hasty(2).run(async move {
                let tasks: Vec<_> = wakers
                    .into_iter()
                    .map(|waker| {
                        spawn(async move {
                            waker.wake_by_ref();
                            yield_now().await;
                            waker.wake();
                        })
                    })
                    .collect();
                for task in tasks {
                    task.await.unwrap();
                }
            });
        }
        thread::spawn(move || drop(kept)).join().unwrap();
    });
}

/// A waker that drops the future that it is for, when it is woken.
#[derive(Default)]
struct DropsItsFuture {
    future: Mutex<Option<Boxed>>,
    woken: AtomicBool,
}

impl DropsItsFuture {
    fn drop_future(&self) {
        let future = self.future.lock().unwrap().take();
        drop(future);
    }
}

impl Wake for DropsItsFuture {
    fn wake(self: Arc<Self>) {
        self.woken.store(true, Ordering::SeqCst);
        self.drop_future();
    }
}

#[test]
fn a_waker_drops_its_future() {
    for threads in [1, 2] {
        bounded(move || {
            hasty(threads).run(async {
                for Kind { mut future, end, name, by_time } in all().await {
                    let holder = Arc::new(DropsItsFuture::default());
                    let waker = Waker::from(Arc::clone(&holder));
                    let polled = poll(&mut future, &waker);
                    if polled.is_ready() {
                        assert!(by_time, "{name}");
                        continue;
                    }
                    *holder.future.lock().unwrap() = Some(future);
                    drop(waker);
                    end();
                    while !holder.woken.load(Ordering::SeqCst) {
                        yield_now().await;
                    }
                    // It may have been woken before there was anything to drop.
                    holder.drop_future();
                }
            });
        });
    }
}

/// A waker that polls the future that it is for, when it is woken, with itself.
struct PollsItsFuture(Mutex<Option<Boxed>>);

impl PollsItsFuture {
    fn poll(self: &Arc<Self>) -> Poll<()> {
        let Some(mut future) = self.0.lock().unwrap().take() else { return Poll::Ready(()) };
        let polled = poll(&mut future, &Waker::from(Arc::clone(self)));
        if polled.is_pending() {
            *self.0.lock().unwrap() = Some(future);
        }
        polled
    }
}

impl Wake for PollsItsFuture {
    fn wake(self: Arc<Self>) {
        let _ = self.poll();
    }
}

// As some callbacks are.
#[test]
fn a_waker_polls_its_future_on_the_spot() {
    for threads in [1, 2] {
        bounded(move || {
            hasty(threads).run(async {
                for Kind { future, end, .. } in all().await {
                    let holder = Arc::new(PollsItsFuture(Mutex::new(Some(future))));
                    let waiting: Weak<_> = Arc::downgrade(&holder);
                    let _ = holder.poll();
                    drop(holder);
                    end();
                    // Its waker was the last to hold it.
                    while waiting.strong_count() > 0 {
                        yield_now().await;
                    }
                }
            });
        });
    }
}

/// A waker that gives a permit for each time that it is woken, and wakes the next by that.
struct Gives(Arc<Semaphore>);

impl Wake for Gives {
    fn wake(self: Arc<Self>) {
        self.0.add_permits(1);
    }
}

#[test]
fn a_waker_wakes_the_next() {
    bounded(|| {
        let semaphore = Arc::new(Semaphore::new(0));
        let waker = Waker::from(Arc::new(Gives(Arc::clone(&semaphore))));
        let mut waiters: Vec<_> = (0..100).map(|_| Box::pin(semaphore.acquire_owned())).collect();
        for waiter in &mut waiters {
            assert!(poll_with(waiter.as_mut(), &waker).is_pending());
        }
        semaphore.add_permits(1);
        assert_eq!(semaphore.available_permits(), 1);
        for waiter in &mut waiters {
            assert!(poll_with(waiter.as_mut(), &waker).is_ready());
        }
    });
}

/// Whether a future ends, however often it is woken by who panics.
fn ends(mut future: Boxed) -> bool {
    block_on(poll_fn(|cx| future.as_mut().poll(cx)));
    true
}

#[test]
fn a_waker_that_panics_when_it_is_woken_takes_nobodys_wake() {
    for threads in [1, 2] {
        bounded(move || {
            hasty(threads).run(async {
                for mut kind in all().await {
                    let (armed, waker) = BadWaker::new(true);
                    let _ = poll(&mut kind.future, &waker);
                    armed.store(true, Ordering::SeqCst);
                    let _ = panic_of(kind.end);
                    let future = kind.future;
                    assert!(taipan::to_thread(move || ends(future)).await, "{}", kind.name);
                }
                // The run is as it was.
                for Kind { future, end, .. } in all().await {
                    let task = spawn(future);
                    yield_now().await;
                    end();
                    task.await.unwrap();
                }
            });
        });
    }
}

#[test]
fn a_waker_that_panics_when_it_is_dropped_takes_nobodys_wake() {
    for replaced in [false, true] {
        bounded(move || {
            hasty(2).run(async {
                for mut kind in all().await {
                    let (armed, waker) = BadWaker::new(false);
                    let _ = poll(&mut kind.future, &waker);
                    drop(waker);
                    armed.store(true, Ordering::SeqCst);
                    let (_, good) = WakeCounter::new();
                    if replaced {
                        let _ = panic_of(|| poll(&mut kind.future, &good));
                    }
                    let _ = panic_of(kind.end);
                    let _ = panic_of(|| drop(kind.future));
                }
                for Kind { future, end, .. } in all().await {
                    let task = spawn(future);
                    yield_now().await;
                    end();
                    task.await.unwrap();
                }
            });
        });
    }
}

/// Two waits of one kind, which end together.
type Two = (Boxed, Boxed, Box<dyn FnOnce()>);

fn two<F>(wait: impl Fn() -> F, end: impl FnOnce() + 'static) -> Two
where
    F: Future<Output: Send> + Send + 'static,
{
    let wait = || {
        let wait = wait();
        Box::pin(async {
            let _ = wait.await;
        })
    };
    (wait(), wait(), Box::new(end))
}

fn twos() -> Vec<(&'static str, Two)> {
    let semaphore = Arc::new(Semaphore::new(0));
    let lock = Arc::new(RwLock::new(()));
    let written = lock.try_write_owned().unwrap();
    let event = Arc::new(Event::new());
    let set = Arc::clone(&event);
    let barrier = Arc::new(Barrier::new(3));
    let broken = Arc::clone(&barrier);
    let (tx, rx) = channel::<u8>(1);
    let (near, far) = duplex(2);
    let near = Arc::new(near);
    let (told, hears) = broadcast::channel::<u8>(1);
    let (shown, sees) = watch::channel(0);
    let queue = Queue::<u8>::new(1);
    let shut = queue.clone();
    vec![
        ("RwLock", two(|| lock.read_owned(), || drop(written))),
        (
            "Event",
            two(
                || {
                    let event = Arc::clone(&event);
                    async move { event.wait().await }
                },
                move || set.set(),
            ),
        ),
        (
            "Barrier",
            two(
                || {
                    let barrier = Arc::clone(&barrier);
                    async move { barrier.wait().await }
                },
                move || broken.abort(),
            ),
        ),
        (
            "Receiver",
            two(
                || {
                    let rx = rx.clone();
                    async move { rx.recv().await }
                },
                || drop(tx),
            ),
        ),
        (
            "duplex",
            two(
                || {
                    let near = Arc::clone(&near);
                    async move { (&*near).read(&mut [0]).await }
                },
                move || block_on((&far).write_all(b"xx")).unwrap(),
            ),
        ),
        (
            "broadcast",
            two(
                || {
                    let mut hears = hears.clone();
                    async move { hears.recv().await }
                },
                move || {
                    told.send(1);
                },
            ),
        ),
        (
            "watch",
            two(
                || {
                    let mut sees = sees.clone();
                    async move { sees.changed().await }
                },
                move || shown.send(1),
            ),
        ),
        (
            "Queue",
            two(
                || {
                    let queue = queue.clone();
                    async move { queue.get().await }
                },
                move || shut.shutdown(),
            ),
        ),
        (
            "Semaphore",
            two(|| semaphore.acquire_owned(), {
                let semaphore = Arc::clone(&semaphore);
                move || semaphore.add_permits(2)
            }),
        ),
    ]
}

#[test]
fn behind_a_waker_that_panics_the_others_are_woken() {
    for (name, (mut first, mut second, end)) in twos() {
        let (armed, bad) = BadWaker::new(true);
        let (wakes, good) = WakeCounter::new();
        assert!(poll(&mut first, &bad).is_pending(), "{name}");
        assert!(poll(&mut second, &good).is_pending(), "{name}");
        armed.store(true, Ordering::SeqCst);
        assert_eq!(panic_of(end).as_deref(), Some("a bad waker"), "{name}");
        assert_eq!(wakes.get(), 1, "{name}");
        // What the first was granted is its own, and nobody is held up.
        assert!(poll(&mut first, &good).is_ready(), "{name}");
        assert!(poll(&mut second, &good).is_ready(), "{name}");
    }
}

// Where nobody else is there to see the panic it is contained.
#[test]
fn of_two_who_read_a_socket_the_second_is_woken_though_the_first_panics() {
    for in_run in [true, false] {
        bounded(move || {
            let reads = async {
                let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
                let near = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
                let near = Arc::new(near);
                let mut far = listener.accept().unwrap().0;
                let read = || {
                    let near = Arc::clone(&near);
                    Box::pin(async move { (&*near).read(&mut [0]).await.unwrap() })
                };
                let (mut first, mut second) = (read(), read());
                let (armed, bad) = BadWaker::new(true);
                assert!(poll_with(first.as_mut(), &bad).is_pending());
                let (wakes, good) = WakeCounter::new();
                assert!(poll_with(second.as_mut(), &good).is_pending());
                armed.store(true, Ordering::SeqCst);
                far.write_all(b"xx").unwrap();
                while wakes.get() == 0 {
                    futures_lite::future::yield_now().await;
                }
                assert!(!armed.load(Ordering::SeqCst));
                assert_eq!((second.await, first.await), (1, 1));
            };
            if in_run { hasty(1).run(reads) } else { block_on(reads) }
        });
    }
}

// The one that it takes the place of panics as it goes: the waiter keeps its place, and may leave it.
#[test]
fn a_waker_that_panics_when_it_is_replaced_costs_its_waiter_nothing() {
    for leaves in [false, true] {
        for (name, (mut first, mut second, end)) in twos() {
            let (armed, bad) = BadWaker::new(false);
            let (wakes, good) = WakeCounter::new();
            assert!(poll(&mut first, &bad).is_pending(), "{name}");
            drop(bad);
            assert!(poll(&mut second, &good).is_pending(), "{name}");
            armed.store(true, Ordering::SeqCst);
            // It is an async function's: who panics in it is polled no more. (A pipe keeps both wakers.)
            let panicked = panic_of(|| poll(&mut first, &good)).is_some();
            assert!(panicked || name == "duplex", "{name}");
            armed.store(false, Ordering::SeqCst);
            if leaves {
                drop(first);
            }
            end();
            assert!(wakes.get() >= 1, "{name}");
            assert!(poll(&mut second, &good).is_ready(), "{name}");
        }
    }
}

// What is meant for somebody who is no more would be lost.
#[test]
fn a_waiter_whose_last_waker_has_panicked_leaves_its_turn_to_the_next() {
    let (tx, rx) = channel(1);
    let (armed, bad) = BadWaker::new(false);
    let (wakes, good) = WakeCounter::new();
    let mut first = Box::pin(rx.recv());
    let mut second = Box::pin(rx.recv());
    assert!(poll_with(first.as_mut(), &bad).is_pending());
    drop(bad);
    assert!(poll_with(second.as_mut(), &good).is_pending());
    armed.store(true, Ordering::SeqCst);
    assert!(panic_of(|| poll_with(first.as_mut(), &good)).is_some());
    drop(first);
    assert_eq!(rx.statistics().receiving, 1);
    tx.try_send(1).unwrap();
    assert_eq!(wakes.get(), 1);
    assert_eq!(poll_with(second.as_mut(), &good), Poll::Ready(Some(1)));

    let lock = RwLock::new(());
    let written = lock.try_write().unwrap();
    let (armed, bad) = BadWaker::new(false);
    let mut reads = Box::pin(lock.read());
    assert!(poll_with(reads.as_mut(), &bad).is_pending());
    drop(bad);
    armed.store(true, Ordering::SeqCst);
    assert!(panic_of(|| poll_with(reads.as_mut(), &good)).is_some());
    drop(reads);
    drop(written);
    assert!(lock.try_write().is_some());
}
