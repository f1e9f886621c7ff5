//! What a test tells that can never go on: who waits, for what, and why that does not come.
//!
//! A release build does not write down what tasks wait for, and tells of nothing before the limit of time is over.
#![cfg(debug_assertions)]
#![forbid(unsafe_code)]

use std::future::pending;
use std::panic::Location;
use std::pin::pin;
use std::sync::{Arc, Mutex as StdMutex};
use std::time::Duration;

use taipan::__private::{TestOptions, try_test};
use taipan::sync::{Barrier, Event, Mutex, Queue, RwLock, Semaphore, channel};
use taipan::{Task, gather, sleep, spawn, task_group, timeout, to_thread, yield_now};
use taipan_tests::Gate;

/// As `#[taipan::test(virtual_time)]`.
fn virtual_time() -> TestOptions {
    // The limit is for a mistake in here.
    let timeout = Some(Duration::from_secs(20));
    TestOptions { virtual_time: true, timeout, ..TestOptions::default() }
}

/// What is told of a body that cannot go on, its lines counted from the one where this is called: a line `L5` stands five
/// below. What comes before the list is left out.
#[track_caller]
fn report<F: Future<Output = ()> + 'static>(body: impl Fn() -> F + Send + 'static) -> String {
    let here = Location::caller().line();
    let outcome = try_test(virtual_time(), body);
    let text = outcome.failure().expect("it ends").to_owned();
    let head = "deadlock: every task waits, and nothing can wake one\n";
    let list = text.strip_prefix(head).unwrap_or_else(|| panic!("another failure: {text}"));
    let mut lines = Vec::new();
    for line in list.lines() {
        let mut parts = line.split(file!());
        let mut told = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            // `:line:column` and the rest.
            let number: String = part[1..].chars().take_while(char::is_ascii_digit).collect();
            let rest =
                part[1 + number.len() + 1..].trim_start_matches(|c: char| c.is_ascii_digit());
            let line: u32 = number.parse().expect("a line has a number");
            told += &format!("L{}{rest}", line - here);
        }
        lines.push(told);
    }
    lines.join("\n")
}

#[track_caller]
fn named<F>(name: &str, future: F) -> Task<F::Output>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    Task::builder().name(name).spawn(future)
}

#[test]
fn two_locks_in_two_orders() {
    let told = report(|| async {
        let (a, b) = (Arc::new(Mutex::new(1)), Arc::new(Mutex::new(2)));
        let (a2, b2) = (Arc::clone(&a), Arc::clone(&b));
        let worker = named("worker", async move {
            let _b = b2.lock().await; // L4
            yield_now().await;
            let _a = a2.lock().await; // L6
        });
        let _a = a.lock().await; // L8
        yield_now().await;
        let _b = b.lock().await; // L10
        worker.await.unwrap();
    });
    assert_eq!(
        told,
        "  `main` (run at L0): pending\n    \
             waits for `Mutex::lock` at L10, held by `worker` (L4)\n  \
           task `worker` (spawned at L3): pending\n    \
             waits for `Mutex::lock` at L6, held by `main` (L8)\n\
         in a circle:\n  \
           `main` waits for `Mutex::lock` at L10, which `worker` holds since L4\n  \
           `worker` waits for `Mutex::lock` at L6, which `main` holds since L8"
    );
}

#[test]
fn one_who_waits_for_itself() {
    let told = report(|| async {
        let mutex = Mutex::new(1);
        let _first = mutex.lock().await;
        let _second = mutex.lock().await;
    });
    assert_eq!(
        told,
        "  `main` (run at L0): pending\n    \
             waits for `Mutex::lock` at L3, held by `main` (L2)\n\
         in a circle:\n  \
           `main` waits for `Mutex::lock` at L3, which it holds itself since L2"
    );
    let told = report(|| async {
        let lock = Arc::new(RwLock::new(1));
        let first = lock.read().await;
        let theirs = Arc::clone(&lock);
        let writer = named("writer", async move { *theirs.write().await += 1 });
        yield_now().await;
        let second = lock.read().await; // behind the writer
        drop((first, second));
        writer.await.unwrap();
    });
    assert_eq!(
        told,
        "  `main` (run at L0): pending\n    \
             waits for `RwLock::read` at L6, held by `main` (L2)\n  \
           task `writer` (spawned at L4): pending\n    \
             waits for `RwLock::write` at L4, held by `main` (L2)\n\
         in a circle:\n  \
           `main` waits for `RwLock::read` at L6, which it holds itself since L2"
    );
}

#[test]
fn more_permits_than_there_are() {
    let told = report(|| async {
        let semaphore = Semaphore::new(1);
        let _both = semaphore.acquire_many(2).await;
    });
    assert_eq!(
        told,
        "  `main` (run at L0): pending\n    \
             waits for `Semaphore::acquire_many` at L2, for 2 of 1 in all"
    );
}

/// The first in line is not polled by its own task, which stands behind it.
#[test]
fn a_futurelock() {
    let told = report(|| async {
        let mutex = Arc::new(Mutex::new(1));
        let theirs = Arc::clone(&mutex);
        named("holder", async move {
            let _guard = theirs.lock().await;
            sleep(Duration::from_secs(5)).await;
        })
        .detach();
        yield_now().await;
        let mut first = pin!(mutex.lock()); // L9
        assert!(timeout(Duration::from_secs(1), &mut first).await.is_err());
        let _second = mutex.lock().await; // L11
    });
    assert_eq!(
        told,
        "  `main` (run at L0): pending\n    \
             waits for `Mutex::lock` at L9: its turn has come, and it has not run since\n    \
             waits for `Mutex::lock` at L11, held by `main` (L9)\n\
         futurelock: the turn of `Mutex::lock` has come at L9, and `main` does not poll the future that waits there: \
         await it, or drop it\n\
         in a circle:\n  \
           `main` waits for `Mutex::lock` at L11, which it holds itself since L9"
    );
}

#[test]
fn tasks_that_await_each_other() {
    let told = report(|| async {
        let handle = Arc::new(StdMutex::new(None::<Task<()>>));
        let theirs = Arc::clone(&handle);
        let a = named("a", async move {
            yield_now().await;
            let b = theirs.lock().unwrap().take();
            b.unwrap().await.unwrap(); // L6
        });
        let (tell, told) = taipan::sync::oneshot::channel::<Task<()>>();
        let b = named("b", async move {
            let a = told.await.unwrap();
            a.await.unwrap(); // L11
        });
        *handle.lock().unwrap() = Some(b);
        tell.send(a).unwrap();
        drop(handle);
        Event::new().wait().await; // L16
    });
    assert_eq!(
        told,
        "  `main` (run at L0): pending\n    \
             waits for `Event::wait` at L16\n  \
           task `a` (spawned at L3): pending\n    \
             waits for `task.await` at L6, for the end of `b`\n  \
           task `b` (spawned at L9): pending\n    \
             waits for `task.await` at L11, for the end of `a`\n\
         in a circle:\n  \
           `a` waits for `task.await` at L6, for the end of `b`\n  \
           `b` waits for `task.await` at L11, for the end of `a`"
    );
}

#[test]
fn a_group_whose_child_waits_for_its_owner() {
    let told = report(|| async {
        let mutex = Arc::new(Mutex::new(1));
        let _guard = mutex.lock().await; // L2
        let group = task_group(async |tg| {
            let mutex = Arc::clone(&mutex);
            tg.spawn(async move { *mutex.lock().await += 1 }); // L5
        });
        group.await.unwrap();
    });
    let child = told.split('`').find(|part| part.starts_with("task-")).expect("it is named");
    assert_eq!(
        told.replace(child, "child"),
        "  `main` (run at L0): pending\n    \
             waits for `task_group` at L3, for the end of `child`\n  \
           task `child` (spawned at L5): pending\n    \
             waits for `Mutex::lock` at L5, held by `main` (L2)\n\
         in a circle:\n  \
           `main` waits for `task_group` at L3, for the end of `child`\n  \
           `child` waits for `Mutex::lock` at L5, which `main` holds since L2"
    );
}

#[test]
fn a_barrier_at_which_one_is_missing() {
    let told = report(|| async {
        let barrier = Barrier::new(3);
        let (a, b) = gather!(barrier.wait(), barrier.wait()).await;
        a.and(b).unwrap();
    });
    assert_eq!(
        told,
        "  `main` (run at L0): pending\n    \
             waits for `Barrier::wait` at L2\n    \
             waits for `Barrier::wait` at L2"
    );
}

#[test]
fn a_channel_whose_sender_is_held_by_the_one_who_receives() {
    let told = report(|| async {
        let (tx, rx) = channel(3);
        tx.send(1).await.unwrap();
        while rx.recv().await.is_some() {} // L3
        drop(tx);
    });
    assert_eq!(
        told,
        "  `main` (run at L0): pending\n    \
             waits for `Receiver::recv` at L3\n\
         hint: `Receiver::recv` comes to an end when the last sender is dropped: does the waiter hold one itself?"
    );
}

/// The program that the guides to asyncio warn of: one sentinel for two consumers. In Python it hangs.
#[test]
fn one_none_for_two_consumers() {
    let told = report(|| async {
        let queue = Queue::<Option<&str>>::new(10);
        let consume = |name| {
            let queue = queue.clone();
            named(name, async move {
                while let Some(Some(page)) = queue.get().await {
                    // L5
                    println!("{page}");
                }
            })
        };
        let (a, b) = (consume("consumer a"), consume("consumer b"));
        for item in [Some("index"), Some("about"), None] {
            queue.put(item).await.unwrap();
        }
        let (a, b) = gather!(a, b).await; // L15
        a.and(b).unwrap();
    });
    assert_eq!(
        told,
        "  `main` (run at L0): pending\n    \
             waits for `task.await` at L15, for the end of `consumer b`\n  \
           task `consumer b` (spawned at L4): pending\n    \
             waits for `Queue::get` at L5\n\
         hint: `Queue::get` comes to an end when the queue is shut down: call `shutdown()` after the last item"
    );
}

/// Neither an exit nor the end of main changes that nothing can go on.
#[test]
fn an_exit_that_waits_for_what_the_cancelled_task_holds() {
    let told = report(|| async {
        let mutex = Arc::new(Mutex::new(1));
        let _guard = mutex.lock().await; // L2
        let theirs = Arc::clone(&mutex);
        let task = named(
            "closing",
            taipan::finally(pending::<()>(), async move |_| {
                *theirs.lock().await += 1; // L7
            }),
        );
        yield_now().await;
        task.stop().await; // L11
    });
    assert_eq!(
        told,
        "  `main` (run at L0): pending\n    \
             waits for `Task::stop` at L11, for the end of `closing`\n  \
           task `closing` (spawned at L4): cancelling\n    \
             waits for `Mutex::lock` at L7, held by `main` (L2)\n\
         in a circle:\n  \
           `main` waits for `Task::stop` at L11, for the end of `closing`\n  \
           `closing` waits for `Mutex::lock` at L7, which `main` holds since L2"
    );
}

/// What passes is told nothing.
fn passes<F: Future<Output = ()> + 'static>(body: impl Fn() -> F + Send + 'static) {
    let outcome = try_test(virtual_time(), body);
    assert_eq!(outcome.failure(), None);
}

/// Somebody else may wake it, for all we know.
#[test]
fn no_verdict_while_something_foreign_can_wake_a_task() {
    passes(|| async {
        let (gate, theirs) = (Gate::new(), Gate::new());
        let open = theirs.clone();
        let thread = std::thread::spawn(move || {
            // Longer than a verdict takes.
            std::thread::sleep(Duration::from_millis(700));
            open.open();
        });
        let waits = spawn(async move { Queue::<u8>::new(1).get().await });
        theirs.pass().await;
        gate.open();
        gate.pass().await;
        drop(waits);
        thread.join().unwrap();
    });
}

#[test]
fn no_verdict_while_a_call_runs_on_a_thread() {
    passes(|| async {
        let event = Arc::new(Event::new());
        let theirs = Arc::clone(&event);
        let call = to_thread(move || {
            std::thread::sleep(Duration::from_millis(700));
            theirs.set();
        });
        gather!(call, event.wait()).await;
    });
}

/// A lock that another runtime's task holds, or a thread: it can be given back from there.
#[test]
fn no_verdict_while_a_lock_is_held_outside() {
    let mutex = Arc::new(Mutex::new(1));
    let guard = mutex.try_lock_owned().unwrap();
    let thread = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(700));
        drop(guard);
    });
    passes(move || {
        let mutex = Arc::clone(&mutex);
        async move { assert_eq!(*mutex.lock().await, 1) }
    });
    thread.join().unwrap();
}

/// The limit of time tells the same list.
#[test]
fn a_test_that_takes_too_long_tells_what_its_tasks_wait_for() {
    let options = TestOptions { timeout: Some(Duration::from_secs(1)), ..TestOptions::default() };
    let outcome = try_test(options, || async {
        let waits = async { Queue::<u8>::new(1).get().await };
        gather!(waits, Gate::new().pass()).await;
    });
    let asked = line!() - 3;
    let text = outcome.failure().unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines[0], "the test did not end within 1s; alive:");
    assert!(lines[1].starts_with("  `main` (run at "), "{text}");
    assert_eq!(lines[2], format!("    waits for `Queue::get` at {}:{asked}:49", file!()));
    assert_eq!(lines.len(), 3);
}
