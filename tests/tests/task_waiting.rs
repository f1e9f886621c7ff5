//! What a task waits for, as `TaskInfo::waiting` tells it: in debug builds, and nowhere else.
#![forbid(unsafe_code)]

use std::future::pending;
use std::pin::pin;
use std::sync::{Arc, mpsc};
use std::task::Poll;
use std::time::Duration;

use taipan::sync::{
    Barrier, Condvar, Event, LifoQueue, Limiter, Mutex, OnceCell, PriorityQueue, Queue, RwLock,
    Semaphore, Shared, broadcast, channel, oneshot, watch,
};
use taipan::task::{FirstCompleted, TaskInfo};
use taipan::{
    Runtime, Task, TaskGroup, TaskSet, current, gather, interval, race, sleep, spawn, spawn_local,
    task_group, tasks, timeout, to_thread, wait, yield_now,
};
use taipan_tests::{bounded, poll_once};

/// On one thread: when the one who asks runs, nobody else does.
fn on_one_thread<T>(main: impl Future<Output = T>) -> T {
    Runtime::builder().threads(1).build().run(main)
}

/// Lets the others run until they all wait.
async fn settle() {
    for _ in 0..10 {
        yield_now().await;
    }
}

/// What a task waits for, with the file left out.
fn waits(task: &TaskInfo) -> Vec<String> {
    task.waiting().iter().map(|wait| wait.to_string().replace(file!(), "here")).collect()
}

/// What is expected: nothing in a release build.
fn written_down(expected: &[String]) -> &[String] {
    if cfg!(debug_assertions) { expected } else { &[] }
}

/// The waits of a task that runs `future` and waits, without their lines.
async fn operations<F: Future<Output: Send + 'static> + Send + 'static>(future: F) -> Vec<String> {
    let task = spawn(future);
    settle().await;
    let info = task.info();
    let waits = info.waiting().iter().map(|wait| {
        assert_eq!(wait.location().file(), file!(), "{wait}");
        wait.operation().to_owned()
    });
    let waits = waits.collect();
    task.stop().await;
    waits
}

/// Drops a value of whatever type.
fn forget<T>(value: T) {
    drop(value);
}

macro_rules! check {
    ($($operation:literal: $future:expr,)*) => {$(
        let found = operations(async move { forget($future.await) }).await;
        let expected = [$operation.to_owned()];
        assert_eq!(found, written_down(&expected), "{}", stringify!($future));
    )*};
}

#[test]
fn every_wait_has_the_name_of_its_function_and_the_users_line() {
    on_one_thread(async {
        let mutex = Arc::new(Mutex::new(()));
        let lock = Arc::new(RwLock::new(()));
        let semaphore = Arc::new(Semaphore::new(0));
        let limiter = Arc::new(Limiter::new(0));
        let (_guard, _writes) = (mutex.lock().await, lock.write().await);
        let (m1, m2, l1, l2) = (mutex.clone(), mutex.clone(), lock.clone(), lock.clone());
        let (s1, s2, limited) = (semaphore.clone(), semaphore.clone(), limiter.clone());
        check! {
            "Mutex::lock": m1.lock(),
            "Mutex::lock_owned": m2.lock_owned(),
            "RwLock::read": l1.read(),
            "RwLock::write": l2.write(),
            "Semaphore::acquire": s1.acquire(),
            "Semaphore::acquire_many": s2.acquire_many(2),
            "Limiter::acquire": limited.acquire(1),
            "Event::wait": Event::new().wait(),
            "Barrier::wait": Barrier::new(2).wait(),
            "OnceCell::get_or_init": { let cell = OnceCell::<u8>::new(); async move {
                gather!(cell.get_or_init(pending), cell.get_or_init(pending)).await;
            } },
            "Queue::get": Queue::<u8>::new(1).get(),
            "Queue::take": Queue::<u8>::new(1).take(),
            "LifoQueue::get": LifoQueue::<u8>::new(1).get(),
            "PriorityQueue::get": PriorityQueue::<u8, u8>::new(1).get(),
            "Queue::put": { let queue = Queue::new(1); async move {
                queue.put(1).await.unwrap();
                queue.put(2).await.unwrap();
            } },
            "Queue::join": { let queue = Queue::new(1); async move {
                queue.put(1).await.unwrap();
                queue.join().await;
            } },
            "Sender::send": { let (tx, _rx) = channel(0); async move { tx.send(1).await.unwrap(); drop(_rx) } },
            "Receiver::recv": { let (_tx, rx) = channel::<u8>(1); async move { rx.recv().await; drop(_tx) } },
            "oneshot::Receiver": { let (_tx, rx) = oneshot::channel::<u8>(); async move { rx.await.unwrap(); drop(_tx) } },
            "watch::Receiver::changed": { let (_tx, mut rx) = watch::channel(1); async move { rx.changed().await.unwrap(); drop(_tx) } },
            "broadcast::Receiver::recv": { let (_tx, mut rx) = broadcast::channel::<u8>(1); async move { rx.recv().await.unwrap(); drop(_tx) } },
            "Shared::get": { let shared = Shared::new(pending::<u8>()); async move {
                gather!(shared.get(), shared.get()).await;
            } },
            "sleep": sleep(Duration::from_secs(3600)),
            "Interval::tick": { let mut ticks = interval(Duration::from_secs(3600)); async move {
                ticks.tick().await;
                ticks.tick().await;
            } },
            "task.await": spawn(pending::<()>()),
            "to_thread": { let (tx, rx) = mpsc::channel::<()>(); async move {
                let _released = tx;
                to_thread(move || rx.recv()).abandon_on_cancel().await.unwrap_err();
            } },
        }
    });
}

/// Condition variables, groups and sets want more than one line.
#[test]
fn waits_within_waits_have_the_name_of_what_the_user_called() {
    on_one_thread(async {
        check! {
            "Condvar::wait": async {
                let (mutex, condvar) = (Mutex::new(()), Condvar::new());
                drop(condvar.wait(mutex.lock().await).await);
            },
            "Condvar::wait_while": async {
                let (mutex, condvar) = (Mutex::new(()), Condvar::new());
                drop(condvar.wait_while(mutex.lock().await, |()| true).await);
            },
            "task_group": task_group(async |tg: &TaskGroup| {
                tg.spawn(pending::<()>());
            }),
            "task_group!": async {
                taipan::task_group!(tg, {
                    tg.spawn(pending::<()>());
                })
            },
            "TaskGroup::spawn_when_free": TaskGroup::new().limit(1).run(async |tg: &TaskGroup| {
                tg.spawn(pending::<()>());
                drop(tg.spawn_when_free(pending::<()>()).await);
            }),
            "TaskGroup::start": TaskGroup::new().run(async |tg: &TaskGroup| {
                drop(tg.start(|_ready: taipan::group::Ready<u8>| pending::<()>()).await);
            }),
            "child.await": task_group(async |tg: &TaskGroup| {
                tg.spawn(async { pending::<u8>().await; }).await.unwrap();
            }),
            "TaskSet::join_next": async {
                let set = TaskSet::new();
                set.spawn(pending::<()>());
                set.join_next().await;
            },
            "wait": async {
                wait(&mut vec![spawn(pending::<()>())], FirstCompleted).await;
            },
            "Queue::stream": async {
                let items = Queue::<u8>::new(1).stream();
                taipan::async_for!(for item in items { drop(item); });
            },
        }
    });
}

#[test]
fn it_is_told_on_which_line_whom_and_for_how_long() {
    on_one_thread(async {
        let mutex = Arc::new(Mutex::new(()));
        let theirs = Arc::clone(&mutex);
        let holder = Task::builder().name("holder").spawn(async move {
            let _guard = theirs.lock().await;
            pending::<()>().await;
        });
        settle().await;
        let taken = line!() - 4;
        let waiter = Task::builder().name("waiter").spawn(async move {
            drop(mutex.lock().await);
        });
        let asked = line!() - 2;
        let mut looker = spawn(async move { waiter.await });
        let looked = line!() - 1;
        settle().await;
        let [_, _, waits_for_lock, waits_for_task] = &tasks()[..] else { panic!("four tasks") };
        let expected = [format!(
            "waits for `Mutex::lock` at here:{asked}:24, held by `holder` (here:{taken}:33)"
        )];
        assert_eq!(waits(waits_for_lock), written_down(&expected));
        let expected =
            [format!("waits for `task.await` at here:{looked}:52, for the end of `waiter`")];
        assert_eq!(waits(waits_for_task), written_down(&expected));
        for wait in waits_for_lock.waiting() {
            let [by] = wait.holders() else { panic!("one holds it") };
            assert_eq!((by.task(), by.name()), (Some(holder.id()), Some("holder")));
            assert_eq!((by.operation(), by.location().line()), ("Mutex::lock", taken));
            assert!(!by.is_granted() && !wait.is_granted());
        }
        for wait in waits_for_task.waiting() {
            assert_eq!(wait.tasks().collect::<Vec<_>>(), [waits_for_lock.id()]);
        }
        holder.cancel();
        (&mut looker).await.unwrap().unwrap();
    });
}

/// A task that is given to a combinator is awaited on the line where that stands, not inside the combinator.
#[test]
fn a_task_in_a_combinator_is_awaited_on_the_users_line() {
    on_one_thread(async {
        let task = || spawn(pending::<()>());
        let hour = Duration::from_secs(3600);
        check! {
            "task.await": gather!(task()),
            "task.await": gather!(..[task()]),
            "task.await": gather([task()]),
            "task.await": taipan::race!(task(), pending()),
            "task.await": race([task()]),
            "task.await": taipan::try_gather!(..[task()]),
            "task.await": taipan::try_gather([task()]),
            "task.await": taipan::race_ok([task()]),
            "task.await": async { taipan::as_completed([task()]).next().await },
            "task.await": timeout(hour, task()),
            "task.await": taipan::timeout!(hour, task()),
            "task.await": async {
                taipan::select!(match (ended = task()) {
                    ended(end) => end,
                })
            },
        }
    });
}

#[taipan::test(virtual_time)]
async fn a_sleep_tells_how_long_it_is() {
    let sleeper = spawn(sleep(Duration::from_secs(90)));
    let asked = line!() - 1;
    sleep(Duration::from_secs(30)).await;
    let info = sleeper.info();
    let expected = [format!("waits for `sleep` at here:{asked}:25, for 60s yet")];
    assert_eq!(waits(&info), written_down(&expected));
    for wait in info.waiting() {
        assert_eq!(wait.remaining(), Some(Duration::from_secs(60)));
    }
}

#[test]
fn several_at_once_stand_in_the_order_in_which_they_began() {
    on_one_thread(async {
        let found = operations(async {
            let (queue, event) = (Queue::<u8>::new(1), Event::new());
            gather!(queue.get(), event.wait(), sleep(Duration::from_secs(3600))).await;
        });
        let expected = ["Queue::get", "Event::wait", "sleep"].map(str::to_owned);
        assert_eq!(found.await, written_down(&expected));
    });
}

#[test]
fn what_is_ready_or_dropped_is_waited_for_no_longer() {
    on_one_thread(async {
        let (event, log) = (Arc::new(Event::new()), Arc::new(Event::new()));
        let (theirs, done) = (Arc::clone(&event), Arc::clone(&log));
        let task = spawn(async move {
            theirs.wait().await;
            // Polled once, and dropped.
            race!(Queue::<u8>::new(1).get(), async { Some(1) }).await;
            assert!(timeout(Duration::ZERO, Event::new().wait()).await.is_err());
            let mut kept = Box::pin(async { Event::new().wait().await });
            assert!(poll_once(kept.as_mut()).is_pending());
            assert_eq!(current().waiting().len(), usize::from(cfg!(debug_assertions)));
            drop(kept);
            assert_eq!(current().waiting().len(), 0);
            done.set();
            pending::<()>().await;
        });
        settle().await;
        assert_eq!(task.info().waiting().len(), usize::from(cfg!(debug_assertions)));
        event.set();
        log.wait().await;
        assert_eq!(waits(&task.info()), [""; 0]);
        task.cancel();
        let ended = task.info();
        task.await.unwrap_err();
        assert_eq!(waits(&ended), [""; 0]);
    });
}

#[test]
fn a_cancelled_task_waits_for_what_its_exits_wait_for() {
    on_one_thread(async {
        let event = Arc::new(Event::new());
        let (theirs, exit) = (Arc::clone(&event), Event::new());
        let task =
            spawn(taipan::finally(async { Queue::<u8>::new(1).get().await }, async move |_| {
                drop(exit);
                theirs.wait().await;
            }));
        settle().await;
        task.cancel();
        settle().await;
        let info = task.info();
        let operations: Vec<_> =
            info.waiting().iter().map(taipan::task::Waiting::operation).collect();
        let expected: &[&str] = if cfg!(debug_assertions) { &["Event::wait"] } else { &[] };
        assert_eq!(operations, expected);
        event.set();
        task.await.unwrap_err();
    });
}

#[test]
fn a_future_that_moves_to_another_task_is_waited_for_there() {
    on_one_thread(async {
        let semaphore = Arc::new(Semaphore::new(0));
        let mut acquire = Box::pin(Arc::clone(&semaphore).acquire_owned());
        assert!(poll_once(acquire.as_mut()).is_pending());
        let one = usize::from(cfg!(debug_assertions));
        assert_eq!(current().waiting().len(), one);
        let task = spawn(acquire);
        settle().await;
        assert_eq!((current().waiting().len(), task.info().waiting().len()), (0, one));
        // Its turn is told where it is now.
        let holder = spawn_local(async move { semaphore.add_permits(1) });
        holder.await.unwrap();
        assert!(current().waiting().is_empty());
        drop(task.await.unwrap());
    });
}

#[test]
fn a_future_that_is_dropped_by_another_thread_is_waited_for_no_longer() {
    on_one_thread(async {
        let event = Arc::new(Event::new());
        let theirs = Arc::clone(&event);
        let mut wait = Box::pin(async move { theirs.wait().await });
        assert!(poll_once(wait.as_mut()).is_pending());
        assert_eq!(current().waiting().len(), usize::from(cfg!(debug_assertions)));
        to_thread(move || drop(wait)).await;
        assert!(current().waiting().is_empty());
        assert_eq!(event.statistics().waiting, 0);
    });
}

/// It is its own from then on, though it has not run.
#[test]
fn a_turn_that_has_come_and_was_not_taken_is_told() {
    on_one_thread(async {
        let mutex = Mutex::new(());
        let guard = mutex.lock().await;
        let mut next = pin!(mutex.lock());
        assert!(poll_once(next.as_mut()).is_pending());
        let asked = line!() - 2;
        drop(guard);
        let mut last = pin!(mutex.lock());
        assert!(poll_once(last.as_mut()).is_pending());
        let then = line!() - 2;
        let expected = [
            format!(
                "waits for `Mutex::lock` at here:{asked}:35: its turn has come, and it has not run since"
            ),
            format!("waits for `Mutex::lock` at here:{then}:35, held by `main` (here:{asked}:35)"),
        ];
        assert_eq!(waits(&current()), written_down(&expected));
        for wait in current().waiting().iter().skip(1) {
            assert!(wait.holders()[0].is_granted());
        }
        let Poll::Ready(guard) = poll_once(next.as_mut()) else { panic!("its turn has come") };
        assert_eq!(current().waiting().len(), usize::from(cfg!(debug_assertions)));
        for wait in current().waiting() {
            assert!(!wait.holders()[0].is_granted());
        }
        drop(guard);
        assert!(poll_once(last.as_mut()).is_ready());
        assert!(current().waiting().is_empty());
    });
}

/// What somebody holds who waits for it in vain: as the others see it.
fn holders(info: &TaskInfo) -> Vec<(String, &'static str, bool)> {
    let [wait] = info.waiting() else { return Vec::new() };
    let holders = wait.holders().iter();
    holders
        .map(|by| (by.name().unwrap_or("-").to_owned(), by.operation(), by.is_granted()))
        .collect()
}

#[test]
fn the_holders_are_those_who_acquired_it_wherever_their_guards_are() {
    on_one_thread(async {
        let lock = Arc::new(RwLock::new(1));
        let read = lock.read().await;
        let theirs = Arc::clone(&lock);
        let reader = Task::builder().name("reader");
        // Its guard outlives it, and stays its own.
        let kept = reader.spawn(async move { theirs.read_owned().await }).await.unwrap();
        let theirs = Arc::clone(&lock);
        let writer = Task::builder().name("writer").spawn(async move {
            *theirs.write().await += 1;
            pending::<()>().await;
        });
        settle().await;
        let expected = [
            ("main".to_owned(), "RwLock::read", false),
            ("reader".to_owned(), "RwLock::read_owned", false),
        ];
        let expected: &[_] = if cfg!(debug_assertions) { &expected } else { &[] };
        assert_eq!(holders(&writer.info()), expected);
        drop(read);
        assert_eq!(holders(&writer.info()), expected.get(1..).unwrap_or(&[]));
        drop(kept);
        settle().await;
        assert_eq!(writer.info().waiting().len(), 0);
    });
}

#[test]
fn nobody_holds_what_was_given_back_or_forgotten() {
    on_one_thread(async {
        let semaphore = Arc::new(Semaphore::new(3));
        let (a, b) = (semaphore.try_acquire().unwrap(), semaphore.acquire().await);
        let outside = Arc::clone(&semaphore);
        let theirs = to_thread(move || outside.try_acquire_owned().unwrap()).await;
        let waits = Arc::clone(&semaphore);
        let waiter = spawn(async move { drop(waits.acquire_many(3).await) });
        settle().await;
        let names =
            || holders(&waiter.info()).into_iter().map(|(name, ..)| name).collect::<Vec<_>>();
        let all: &[&str] = if cfg!(debug_assertions) { &["main", "main", "-"] } else { &[] };
        assert_eq!(names(), all);
        a.forget();
        assert_eq!(names(), all.get(1..).unwrap_or(&[]));
        drop(b);
        assert_eq!(names(), all.get(2..).unwrap_or(&[]));
        for wait in waiter.info().waiting() {
            assert!(wait.to_string().contains(", for 3 of 3 in all, held by no task ("), "{wait}");
        }
        drop(theirs);
        semaphore.add_permits(1);
        waiter.await.unwrap();
    });
}

/// On several workers tasks wait and go on at once: nothing is left over.
#[test]
fn a_storm_leaves_nothing_behind() {
    bounded(|| {
        Runtime::builder().threads(4).build().run(async {
            let semaphore = Arc::new(Semaphore::new(2));
            let turns = |n: u64| {
                let semaphore = Arc::clone(&semaphore);
                spawn(async move {
                    for round in 0..50 {
                        let acquire = semaphore.acquire();
                        if (n + round).is_multiple_of(3) {
                            drop(timeout(Duration::ZERO, acquire).await);
                        } else {
                            let _permit = acquire.await;
                            yield_now().await;
                        }
                    }
                    current().waiting().len()
                })
            };
            for task in (0..40).map(turns).collect::<Vec<_>>() {
                assert_eq!(task.await.unwrap(), 0);
            }
            let _all = semaphore.acquire_many(2).await;
            let waiter = {
                let semaphore = Arc::clone(&semaphore);
                spawn(async move { drop(semaphore.acquire().await) })
            };
            while cfg!(debug_assertions) && waiter.info().waiting().is_empty() {
                yield_now().await;
            }
            assert_eq!(holders(&waiter.info()).len(), usize::from(cfg!(debug_assertions)));
        });
    });
}
