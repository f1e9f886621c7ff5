//! What allocates and what does not: the macros of a fixed arity, the children of a task group.
#![allow(unsafe_code)] // a global allocator that counts

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::fmt::Error;
use std::future::ready;
use std::pin::pin;
use std::task::Poll;

use taipan::{Runtime, TaskGroup, task_group, yield_now};
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
    let child = 2;
    assert_eq!(child_allocations(async |tg| drop(tg.spawn(async {}))), child);
    assert_eq!(child_allocations(async |tg| drop(tg.spawn(give(1_u64)))), child);
    assert_eq!(child_allocations(async |tg| spawn_and_await(tg, ()).await), child);
    assert_eq!(child_allocations(async |tg| spawn_and_await(tg, 1_u64).await), child + 1);
}
