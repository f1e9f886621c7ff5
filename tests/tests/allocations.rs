//! What allocates, and how often: counted on this thread, once whatever grows has grown.
#![allow(unsafe_code)] // a global allocator that counts

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::fmt::Error;
use std::future::{pending, ready};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use taipan::{
    Outcome, Resource, Runtime, TaskGroup, shield, spawn, task_group, task_local, timeout, with,
    yield_now,
};
use taipan_tests::poll_once;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: every call goes to `System` with its arguments as they are, so `System` keeps the contract.
// Counting touches a thread-local that needs neither an allocation nor a destructor.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller upholds the contract of `alloc`, which is that of `System`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: `pointer` came from `alloc` above, so from `System`, with this layout.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Calls `f` and counts the allocations on the way.
fn allocated<T>(f: impl FnOnce() -> T) -> (usize, T) {
    let before = ALLOCATIONS.get();
    let value = f();
    (ALLOCATIONS.get() - before, value)
}

/// Polls `future` to its end and counts the allocations on the way.
fn allocations<F: Future>(future: F) -> (usize, F::Output) {
    let mut future = pin!(future);
    let before = ALLOCATIONS.get();
    loop {
        if let Poll::Ready(output) = poll_once(future.as_mut()) {
            return (ALLOCATIONS.get() - before, output);
        }
    }
}

async fn later(n: u32) -> u32 {
    futures_lite::future::yield_now().await;
    n
}

async fn checked(n: u32) -> Result<u32, u32> {
    if later(n).await < 10 { Ok(n) } else { Err(n) }
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(async { Box::new(1) }), (1, Box::new(1)));
    let list = allocations(async { taipan::gather([later(1)]).await });
    assert!(list.0 > 0);
}

#[test]
fn fixed_arity_allocates_nothing() {
    let all = allocations(async { taipan::gather!(later(1), later(2), ready("three")).await });
    assert_eq!(all, (0, (1, 2, "three")));
    let all = allocations(async { taipan::try_gather!(checked(1), checked(2)).await });
    assert_eq!(all, (0, Ok((1, 2))));
    let error = allocations(async { taipan::try_gather!(checked(1), checked(11)).await });
    assert_eq!(error, (0, Err(11)));
    let first = allocations(async { taipan::race!(later(1), later(2)).await });
    assert_eq!(first, (0, 1));
    let first = allocations(async { taipan::race_ok!(checked(10), checked(2)).await });
    assert_eq!(first, (0, Ok(2)));
    let (count, errors) = allocations(async { taipan::race_ok!(checked(10), checked(11)).await });
    assert_eq!((count, errors.unwrap_err().into_inner()), (0, [10, 11]));
}

#[test]
fn gather_allocates_nothing_however_many_children() {
    let two = allocations(async { taipan::gather!(later(1), pin!(later(2))).await });
    assert_eq!(two, (0, (1, 2)));
    let three = allocations(async { taipan::gather!(later(1), ready(2), later(3)).await });
    assert_eq!(three, (0, (1, 2, 3)));
    let (count, ten) = allocations(async {
        taipan::gather!(
            later(1),
            later(2),
            later(3),
            later(4),
            later(5),
            later(6),
            later(7),
            later(8),
            later(9),
            later(10)
        )
        .await
    });
    assert_eq!((count, ten.9), (0, 10));
    // Nor does a poll that finds none of them ready.
    let mut held =
        pin!(async { taipan::gather!(pending::<()>(), later(2), pending::<()>()).await });
    let (polls, pending) = allocated(|| (0..100).all(|_| poll_once(held.as_mut()).is_pending()));
    assert_eq!((polls, pending), (0, true));
}

#[test]
fn select_of_two_allocates_nothing() {
    on_one_thread(async {
        let ready = async || {
            taipan::select!(match (a = ready(1), b = pending::<u32>()) {
                a(n) | b(n) => n,
            })
        };
        assert_eq!(allocations(ready()), (0, 1));
        let waits = async || {
            taipan::select! {
                biased;
                n = later(1) => n,
                n = later(2), if true => n,
                timeout(Duration::from_secs(60)) => 0,
            }
        };
        waits().await; // the list of timers has grown
        assert_eq!(allocations(waits()), (0, 1));
        let mut held = pin!(async {
            taipan::select!(match (a = pending::<()>(), b = pending::<()>()) {
                a | b => {}
            });
        });
        let (polls, pending) =
            allocated(|| (0..100).all(|_| poll_once(held.as_mut()).is_pending()));
        assert_eq!((polls, pending), (0, true));
    });
}

#[test]
fn select_of_channels_allocates_nothing() {
    on_one_thread(async {
        let (a, from_a) = taipan::sync::channel(8);
        let (b, from_b) = taipan::sync::channel(8);
        // Every round waits once before it receives.
        let round = async |n: u32| {
            let send = async {
                futures_lite::future::yield_now().await;
                if n.is_multiple_of(2) { a.try_send(n) } else { b.try_send(n) }.unwrap();
                pending::<u32>().await
            };
            taipan::select!(match (biased, a = from_a.recv(), b = from_b.recv(), send = send) {
                a(n) | b(n) => n.unwrap(),
                send(n) => n,
            })
        };
        assert_eq!((round(0).await, round(1).await), (0, 1)); // the lines of those who wait have grown
        for n in 0..100 {
            assert_eq!(allocations(round(n)), (0, n));
        }
    });
}

#[test]
fn select_of_eight_allocates_nothing() {
    on_one_thread(async {
        let (sender, receiver) = taipan::sync::channel(1);
        macro_rules! select_of_eight {
            ($first:expr, $last:expr) => {
                async || {
                    taipan::select!(match (
                        a = $first,
                        b = receiver.recv(),
                        c = receiver.recv(),
                        d = receiver.recv(),
                        e = pending::<u32>(),
                        f = pending::<u32>(),
                        g = pending::<u32>(),
                        h = $last
                    ) {
                        a(n) | e(n) | f(n) | g(n) | h(n) => n,
                        b(n) | c(n) | d(n) => n.unwrap(),
                    })
                }
            };
        }
        let waits = select_of_eight!(pending::<u32>(), later(8));
        assert_eq!(waits().await, 8); // the line of those who wait has grown
        assert_eq!(allocations(waits()), (0, 8));
        let at_once = select_of_eight!(ready(1), pending::<u32>());
        assert_eq!(allocations(at_once()), (0, 1));
        sender.try_send(2).unwrap();
        let received = select_of_eight!(pending::<u32>(), pending::<u32>());
        assert_eq!(allocations(received()), (0, 2));
        let held = select_of_eight!(pending::<u32>(), pending::<u32>());
        let mut held = pin!(held());
        let _ = poll_once(held.as_mut());
        let (polls, pending) =
            allocated(|| (0..100).all(|_| poll_once(held.as_mut()).is_pending()));
        assert_eq!((polls, pending), (0, true));
    });
}

/// What a debug build allocates besides: for the list of what a task waits for, and for what is told of one wait.
const WRITTEN_DOWN: usize = if cfg!(debug_assertions) { 1 } else { 0 };

/// The allocations of one child, from its spawn until it is forgotten.
fn child_allocations(child: impl AsyncFn(&TaskGroup)) -> usize {
    const CHILDREN: usize = 1_000;
    Runtime::builder().threads(1).build().run(async {
        let group = task_group(async |tg: &TaskGroup| {
            let mut before = 0;
            for round in 0..=CHILDREN {
                child(tg).await;
                while tg.running() > 0 {
                    yield_now().await;
                }
                if round == 0 {
                    // The first one has made room for the others.
                    before = ALLOCATIONS.get();
                }
            }
            ALLOCATIONS.get() - before
        });
        group.await.unwrap() / CHILDREN
    })
}

#[test]
fn the_handle_of_a_child_allocates_nothing_and_a_value_once_if_it_is_asked_for() {
    async fn give<T>(value: T) -> Result<T, Error> {
        Ok(value)
    }
    async fn spawn_and_await<T: Send + 'static>(tg: &TaskGroup, value: T) {
        let child = tg.spawn(give(value));
        while !child.is_finished() {
            yield_now().await;
        }
        child.await.unwrap();
    }
    // Its task, and the list of tasks that have left.
    let child = 2 + WRITTEN_DOWN;
    assert_eq!(child_allocations(async |tg| drop(tg.spawn(async {}))), child);
    assert_eq!(child_allocations(async |tg| drop(tg.spawn(give(1_u64)))), child);
    assert_eq!(child_allocations(async |tg| spawn_and_await(tg, ()).await), child);
    assert_eq!(child_allocations(async |tg| spawn_and_await(tg, 1_u64).await), child + 1);
}

/// Its exit waits once.
struct Plain;

impl Resource for Plain {
    type Exit = ();

    async fn exit(self, _: Outcome) {
        yield_now().await;
    }
}

/// Runs `main` on this thread alone.
fn on_one_thread<T>(main: impl Future<Output = T>) -> T {
    Runtime::builder().threads(1).build().run(main)
}

#[test]
fn with_allocates_once_for_its_exit() {
    let value = on_one_thread(async {
        allocations(with(Plain, async |_| {
            yield_now().await;
            7
        }))
    });
    assert_eq!(value, (1, 7));
    let nested = on_one_thread(async {
        allocations(with(Plain, async |_| with(Plain, async |_| yield_now().await).await))
    });
    assert_eq!(nested, (2, ()));
}

#[test]
fn a_pending_with_allocates_nothing() {
    on_one_thread(async {
        let mut held = pin!(timeout(None, with(Plain, async |_| pending::<()>().await)));
        let (polls, pending) =
            allocated(|| (0..100).all(|_| poll_once(held.as_mut()).is_pending()));
        assert_eq!((polls, pending), (0, true));
    });
}

#[test]
fn a_cancelled_with_allocates_for_the_cleanup_and_the_list_of_its_scope() {
    on_one_thread(async {
        let cancelled = || async {
            timeout(Duration::ZERO, with(Plain, async |_| pending::<()>().await)).await
        };
        assert!(cancelled().await.is_err()); // the thread's own list has grown
        let (count, late) = allocations(cancelled());
        // The cleanup, the list of the scope's cleanups, and the scope's place for it.
        assert_eq!((count, late.is_err()), (3, true));
    });
}

#[test]
fn a_shield_allocates_once() {
    assert_eq!(on_one_thread(async { allocations(async { shield(yield_now()).await }) }), (1, ()));
}

#[test]
fn a_spawn_allocates_once() {
    on_one_thread(async {
        spawn(yield_now()).await.unwrap(); // the queue and the list of tasks have grown
        let (count, task) = allocated(|| spawn(yield_now()));
        assert_eq!(count, 1 + WRITTEN_DOWN);
        let before = ALLOCATIONS.get();
        task.await.unwrap();
        assert_eq!(ALLOCATIONS.get() - before, WRITTEN_DOWN);
    });
}

task_local! {
    static NUMBER: u32;
    static OTHER: u32;
}

#[test]
fn to_inherit_task_locals_allocates_nothing() {
    on_one_thread(async {
        spawn(yield_now()).await.unwrap();
        NUMBER.set(1);
        let child = async {
            yield_now().await;
            NUMBER.get() + OTHER.get()
        };
        OTHER.set(2);
        let (count, task) = allocated(|| spawn(child));
        assert_eq!(count, 1 + WRITTEN_DOWN);
        let before = ALLOCATIONS.get();
        assert_eq!(task.await.unwrap(), 3);
        assert_eq!(ALLOCATIONS.get() - before, WRITTEN_DOWN);
    });
}

#[test]
fn a_value_of_a_task_local_allocates_once_where_it_is_in_place() {
    on_one_thread(async {
        NUMBER.set(1);
        assert_eq!(allocated(|| drop(NUMBER.set(2))).0, 1);
        // The value, the list and its entries.
        let (count, scope) = allocated(|| NUMBER.scope(3, pending::<()>()));
        assert_eq!(count, 3);
        let mut scope = pin!(scope);
        assert!(poll_once(scope.as_mut()).is_pending());
        let (polls, pending) =
            allocated(|| (0..100).all(|_| poll_once(scope.as_mut()).is_pending()));
        assert_eq!((polls, pending), (0, true));
    });
}

#[test]
fn a_stream_allocates_once_and_no_item() {
    taipan::generator! {
        async fn countdown(n: u32) -> u32 {
            for n in (0..n).rev() {
                yield n;
            }
        }
    }
    let sum = |n| async move {
        let doubled = taipan::stream!({
            for await m in countdown(n) {
                yield 2 * m;
            }
        });
        let mut sum = 0;
        taipan::async_for!(for m in doubled {
            sum += later(m).await;
        });
        sum
    };
    // Two streams.
    assert_eq!(allocations(sum(0)), (2, 0));
    assert_eq!(allocations(sum(100)), (2, 100 * 99));
}
