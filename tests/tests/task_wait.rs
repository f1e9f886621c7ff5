//! `wait`: when it ends, which tasks it gives, and what it leaves alone. Tasks in `race!` and `gather!`, owned and
//! watched.
#![forbid(unsafe_code)]

use std::future::pending;
use std::pin::pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use taipan::task::{AllCompleted, FirstCompleted, FirstFailed, FirstPanicked};
use taipan::{
    Runtime, Task, TaskError, race, sleep, spawn, spawn_local, tasks, timeout, wait, yield_now,
};
use taipan_tests::{Counter, Gate, WakeCounter, bounded, counted, poll_once, poll_with, with_exit};

type Failing = Result<u32, &'static str>;

/// A task that gives `value` once `gate` is open.
fn after<T: Send + 'static>(gate: &Gate, value: T) -> Task<T> {
    let gate = gate.clone();
    spawn(async move {
        gate.pass().await;
        value
    })
}

/// Tasks that give their index, and the gates that end them.
fn gated(count: usize) -> (Vec<Gate>, Vec<Task<usize>>) {
    let gates: Vec<_> = (0..count).map(|_| Gate::new()).collect();
    let tasks = gates.iter().enumerate().map(|(n, gate)| after(gate, n)).collect();
    (gates, tasks)
}

async fn values<T>(tasks: Vec<Task<T>>) -> Vec<T> {
    let mut values = Vec::new();
    for task in tasks {
        assert!(task.is_finished());
        values.push(task.await.unwrap());
    }
    values
}

/// Lets every task that can go on do so. (The test runtime has one thread, first in, first out.)
async fn turns() {
    for _ in 0..5 {
        yield_now().await;
    }
}

// F106
#[taipan::test]
async fn all_are_done_and_none_is_pending() {
    for count in [3, 100] {
        let (gates, mut tasks) = gated(count);
        gates.iter().rev().for_each(Gate::open);
        let done = wait(&mut tasks, AllCompleted).await;
        assert!(tasks.is_empty());
        assert_eq!(values(done).await, (0..count).collect::<Vec<_>>());
    }
}

// F109: all that have ended by then, in the order of the list.
#[taipan::test]
async fn the_first_ends_it_and_all_that_ended_are_given() {
    for count in [4, 100] {
        let (gates, mut tasks) = gated(count);
        let mut waiting = Box::pin(wait(&mut tasks, FirstCompleted));
        assert!(poll_once(waiting.as_mut()).is_pending());
        gates[2].open();
        gates[0].open();
        turns().await;
        let Poll::Ready(done) = poll_once(waiting.as_mut()) else { panic!("two have ended") };
        drop(waiting);
        assert_eq!(values(done).await, [0, 2]);
        assert_eq!(tasks.len(), count - 2);
        gates.iter().for_each(Gate::open);
        let rest = wait(&mut tasks, AllCompleted).await;
        assert_eq!(rest.len(), count - 2);
        assert_eq!(values(rest).await.first(), Some(&1));
    }
}

// It is woken by an end and by nothing else: each task wakes it once.
#[taipan::test]
async fn an_end_wakes_it_once() {
    for count in [3, 100] {
        let (gates, mut tasks) = gated(count);
        let (wakes, waker) = WakeCounter::new();
        let mut waiting = Box::pin(wait(&mut tasks, AllCompleted));
        for (n, gate) in gates.iter().enumerate() {
            assert!(poll_with(waiting.as_mut(), &waker).is_pending());
            assert_eq!(wakes.get(), n);
            gate.open();
            turns().await;
            assert_eq!(wakes.get(), n + 1);
        }
        assert!(poll_with(waiting.as_mut(), &waker).is_ready());
    }
}

// An end that came before is found without watching the others.
#[taipan::test]
async fn a_task_that_has_ended_before_ends_it_at_once() {
    for count in [3, 100] {
        let (gates, mut tasks) = gated(count);
        gates[count - 1].open();
        turns().await;
        let Poll::Ready(done) = poll_once(pin!(wait(&mut tasks, FirstCompleted))) else {
            panic!("the last one has ended")
        };
        assert_eq!(values(done).await, [count - 1]);
        assert_eq!(tasks.len(), count - 1);
    }
}

#[taipan::test]
async fn an_empty_list_ends_it_at_once() {
    let mut tasks = Vec::<Task<Failing>>::new();
    assert!(
        matches!(poll_once(pin!(wait(&mut tasks, FirstCompleted))), Poll::Ready(done) if done.is_empty())
    );
    assert!(
        matches!(poll_once(pin!(wait(&mut tasks, FirstFailed))), Poll::Ready(done) if done.is_empty())
    );
    assert!(
        matches!(poll_once(pin!(wait(&mut tasks, AllCompleted))), Poll::Ready(done) if done.is_empty())
    );
}

// F111: an `Err` or a panic, and no cancellation.
#[taipan::test]
async fn the_first_failed_ends_it() {
    for count in [4, 100] {
        for panics in [false, true] {
            let gates: Vec<_> = (0..count).map(|_| Gate::new()).collect();
            let mut tasks: Vec<Task<Failing>> = gates
                .iter()
                .enumerate()
                .map(|(n, gate)| {
                    let gate = gate.clone();
                    spawn(async move {
                        gate.pass().await;
                        assert!(n != 3 || !panics, "panic on purpose");
                        if n == 3 { Err("no route") } else { Ok(1) }
                    })
                })
                .collect();
            let cancelled = tasks[1].id();
            let mut waiting = Box::pin(wait(&mut tasks, FirstFailed));
            assert!(poll_once(waiting.as_mut()).is_pending());
            gates[0].open();
            turns().await;
            assert!(poll_once(waiting.as_mut()).is_pending(), "an `Ok` ends nothing");
            drop(waiting); // and loses nothing
            assert_eq!(tasks[1].id(), cancelled);
            assert!(tasks[1].cancel());
            turns().await;
            let mut waiting = Box::pin(wait(&mut tasks, FirstFailed));
            assert!(poll_once(waiting.as_mut()).is_pending(), "nor does a cancellation");
            gates[3].open();
            turns().await;
            let Poll::Ready(done) = poll_once(waiting.as_mut()) else { panic!("it has failed") };
            drop(waiting);
            assert_eq!((done.len(), tasks.len()), (3, count - 3));
            let mut ends = Vec::new();
            for task in done {
                ends.push(task.await);
            }
            assert!(matches!(ends[0], Ok(Ok(1))));
            assert!(matches!(&ends[1], Err(error) if error.is_cancelled()));
            match &ends[2] {
                Ok(end) => assert_eq!((*end, panics), (Err("no route"), false)),
                Err(error) => assert!(error.is_panic() && panics),
            }
        }
    }
}

#[taipan::test]
async fn without_a_failure_it_waits_for_all() {
    let (gates, mut tasks) = gated(2);
    gates.iter().for_each(Gate::open);
    assert_eq!(values(wait(&mut tasks, FirstPanicked).await).await, [0, 1]);
    let gate = Gate::new();
    gate.open();
    let mut tasks: Vec<Task<Failing>> = vec![after(&gate, Ok(1)), after(&gate, Ok(2))];
    assert_eq!(values(wait(&mut tasks, FirstFailed).await).await, [Ok(1), Ok(2)]);
}

// What gives no `Result` fails by a panic.
#[taipan::test]
async fn the_first_panic_ends_it() {
    let mut tasks = vec![spawn(pending::<u8>()), spawn(async { panic!("no route") })];
    let done = wait(&mut tasks, FirstPanicked).await;
    assert_eq!((done.len(), tasks.len()), (1, 1));
    for task in done {
        assert!(task.await.unwrap_err().is_panic());
    }
    assert_eq!(tasks.remove(0).stop().await, None);
}

// F112, F119: dropped half-way it cancels nobody and loses nothing, ended or not.
#[taipan::test(virtual_time)]
async fn a_timeout_leaves_the_rest_running() {
    for count in [3, 100] {
        let mut tasks: Vec<_> = (1..=count)
            .map(|n| {
                spawn(async move {
                    sleep(Duration::from_secs(n)).await;
                    n
                })
            })
            .collect();
        let limit = Duration::from_millis(2_500);
        assert!(timeout(limit, wait(&mut tasks, AllCompleted)).await.is_err());
        assert_eq!(tasks.len(), usize::try_from(count).unwrap());
        let done: Vec<_> = tasks.extract_if(.., |task| task.is_finished()).collect();
        assert_eq!(values(done).await, [1, 2]);
        let rest = wait(&mut tasks, AllCompleted).await;
        assert_eq!(values(rest).await, (3..=count).collect::<Vec<_>>());
    }
}

// F113
#[taipan::test(virtual_time)]
async fn a_task_that_ends_at_the_timeout_counts_as_done() {
    let second = Duration::from_secs(1);
    let mut tasks = vec![spawn(sleep(second)), spawn(sleep(2 * second))];
    let done = match timeout(second, wait(&mut tasks, AllCompleted)).await {
        Ok(_) => panic!("one of them takes longer"),
        Err(_) => {
            turns().await;
            tasks.extract_if(.., |task| task.is_finished()).count()
        }
    };
    assert_eq!((done, tasks.len()), (1, 1));
}

// F119: the waiter is cancelled, the tasks are not.
#[taipan::test]
async fn a_cancelled_waiter_leaves_the_tasks_running() {
    let gate = Gate::new();
    let shared = Arc::new(Mutex::new(Some(vec![after(&gate, 1), after(&gate, 2)])));
    let mut taken = shared.lock().unwrap().take().unwrap();
    {
        let waiting = async { wait(&mut taken, AllCompleted).await.len() };
        let mut waiting = pin!(waiting);
        assert!(poll_once(waiting.as_mut()).is_pending());
    }
    gate.open();
    assert_eq!(values(wait(&mut taken, AllCompleted).await).await, [1, 2]);
}

// A result that a dropped wait had found is still there for everybody.
#[taipan::test]
async fn a_result_that_was_looked_at_is_not_lost() {
    let gate = Gate::new();
    let look = async |tasks: &mut Vec<Task<Failing>>| {
        turns().await;
        // One is held back, so that the wait goes on after it has looked at the others.
        assert!(poll_once(pin!(wait(tasks, FirstFailed))).is_pending());
    };
    let ready = |value| spawn(async move { Ok::<_, &'static str>(value) });
    let mut tasks: Vec<Task<Failing>> = vec![after(&gate, Ok(0))];
    tasks.extend((1..=6).map(ready));
    look(&mut tasks).await;
    look(&mut tasks).await;
    assert!(!tasks[1].cancel(), "it has ended");
    assert_eq!((&mut tasks[1]).await.unwrap(), Ok(1));
    assert_eq!(tasks.remove(2).await.unwrap(), Ok(2));
    assert_eq!(tasks.remove(2).stop().await, Some(Ok(3)));
    assert_eq!(race!(tasks.remove(2)).await.unwrap(), Ok(4));
    #[allow(deprecated)] // a dropped future is what is tested
    drop(tasks.remove(2).into_future()); // never polled
    drop(tasks.remove(2));
    assert_eq!(tasks.len(), 2);
    gate.open();
    // The one whose result was taken by reference has ended as well.
    assert_eq!(wait(&mut tasks, AllCompleted).await.len(), 2);
    assert!(tasks.is_empty());
}

// What nobody reads is told, also when a wait has looked at it.
#[test]
fn a_failure_that_was_looked_at_is_reported_once_when_its_handle_goes() {
    let log = Arc::new(Mutex::new(Vec::new()));
    let reports = Arc::clone(&log);
    let hook = move |report: &taipan::Report| {
        reports.lock().unwrap().push(report.message().to_owned());
    };
    let told = || std::mem::take(&mut *log.lock().unwrap());
    Runtime::builder().threads(1).error_hook(hook).build().run(async {
        let mut tasks = vec![spawn(async { panic!("one") }), spawn(async { panic!("two") })];
        let mut done: Vec<Task<()>> = wait(&mut tasks, AllCompleted).await;
        assert!(told().is_empty());
        drop(done.remove(0));
        assert_eq!(told(), ["one"]);
        assert!(!done[0].cancel()); // who cancels it does not want to hear of it
        drop(done);
        assert!(told().is_empty());

        let mut tasks = vec![spawn(async { Err::<(), _>("three") })];
        wait(&mut tasks, AllCompleted).await.remove(0).detach();
        assert_eq!(told(), ["three"]);

        let mut tasks = vec![spawn(async { Err::<(), _>("four") })];
        let mut done = wait(&mut tasks, AllCompleted).await;
        assert_eq!((&mut done[0]).await.unwrap(), Err("four"));
        done.remove(0).detach(); // its error has found its reader
        let mut tasks: Vec<Task<()>> = vec![spawn(async { panic!("five") })];
        drop(wait(&mut tasks, AllCompleted).await.remove(0).into_future());
        assert_eq!(told(), ["five"]);
    });
}

#[taipan::test]
async fn tasks_of_this_thread_can_be_waited_for() {
    let value = Rc::new(7);
    let mut tasks: Vec<_> = (0..40)
        .map(|_| {
            let value = Rc::clone(&value);
            spawn_local(async move {
                yield_now().await;
                value
            })
        })
        .collect();
    let done = wait(&mut tasks, AllCompleted).await;
    assert_eq!(values(done).await.len(), 40);
    assert_eq!(Rc::strong_count(&value), 1);
}

#[test]
fn a_task_that_waits_for_itself_panics() {
    let log = Arc::new(Mutex::new(Vec::new()));
    let reports = Arc::clone(&log);
    let hook = move |report: &taipan::Report| {
        reports.lock().unwrap().push(report.message().to_owned());
    };
    Runtime::builder().threads(1).error_hook(hook).build().run(async {
        let (handle, gate) = (Arc::new(Mutex::new(Vec::new())), Gate::new());
        let (theirs, pass) = (Arc::clone(&handle), gate.clone());
        let task = Task::builder().name("selfish").spawn(async move {
            pass.pass().await;
            let mut own: Vec<Task<()>> = std::mem::take(&mut *theirs.lock().unwrap());
            wait(&mut own, AllCompleted).await;
        });
        handle.lock().unwrap().push(task);
        gate.open();
        turns().await;
    });
    assert_eq!(*log.lock().unwrap(), ["task `selfish` awaits itself, and would wait for ever"]);
}

// Each end is found, whichever thread it comes from, and no call looks at all tasks again for each of them.
#[test]
fn ten_thousand_tasks_end_on_four_threads() {
    const TASKS: usize = 10_000;
    for when_first in [false, true] {
        let sum = bounded(move || {
            Runtime::builder().threads(4).build().run(async move {
                let mut tasks: Vec<_> = (0..TASKS)
                    .map(|n| {
                        spawn(async move {
                            for _ in 0..n % 3 {
                                yield_now().await;
                            }
                            n
                        })
                    })
                    .collect();
                let mut sum = 0;
                while !tasks.is_empty() {
                    let done = if when_first {
                        wait(&mut tasks, FirstCompleted).await
                    } else {
                        wait(&mut tasks, AllCompleted).await
                    };
                    assert!(!done.is_empty());
                    assert!(when_first || tasks.is_empty());
                    sum += values(done).await.into_iter().sum::<usize>();
                }
                sum
            })
        });
        assert_eq!(sum, TASKS * (TASKS - 1) / 2);
    }
}

/// A task that never ends, and counts its exit; it has begun when this returns.
async fn held(exits: &Counter) -> Task<u8> {
    let (begun, exits) = (Gate::new(), exits.clone());
    let ready = begun.clone();
    let task = spawn(async move {
        with_exit(move || ready.open(), move || exits.add()).await;
        0
    });
    begun.pass().await;
    task
}

// Tasks by value are owned: the loser of a race has ended, its exit included, when the race gives its value.
#[taipan::test]
async fn a_race_of_tasks_by_value_ends_the_losers() {
    let exits = Counter::new();
    let first = race!(held(&exits).await, spawn(async { 1 }), held(&exits).await).await;
    assert_eq!(first.unwrap(), 1);
    assert_eq!(exits.get(), 2);
    let list = vec![held(&exits).await, spawn(async { 2 })];
    assert_eq!(race(list).await.unwrap(), 2);
    assert_eq!(exits.get(), 3);
    assert_eq!(tasks().len(), 1);
}

// Tasks by reference are watched: the losers go on, and can be awaited in the next round.
#[taipan::test]
async fn a_race_of_tasks_by_reference_leaves_the_losers_running() {
    let (slow, quick) = (Gate::new(), Gate::new());
    let (polls, drops) = (Counter::new(), Counter::new());
    let pass = slow.clone();
    let body = async move {
        pass.pass().await;
        1
    };
    let mut slower = spawn(counted(body, &polls, &drops));
    let mut quicker = after(&quick, 2);
    quick.open();
    assert_eq!(race!(&mut slower, &mut quicker).await.unwrap(), 2);
    assert_eq!(drops.get(), 0);
    slow.open();
    // As an arm beside something else, round by round.
    let mut ticks = 0;
    let value = loop {
        let tick = async {
            yield_now().await;
            None
        };
        if let Some(end) = race!(async { Some((&mut slower).await) }, tick).await {
            break end;
        }
        ticks += 1;
    };
    assert_eq!(value.unwrap(), 1);
    assert!(ticks <= 2);
}

// By value and by reference in one race.
#[taipan::test]
async fn a_race_may_own_one_task_and_watch_another() {
    let (exits, gate) = (Counter::new(), Gate::new());
    let mut watched = after(&gate, 1_u8);
    let owned = held(&exits).await;
    gate.open();
    assert_eq!(race!(owned, &mut watched).await.unwrap(), 1);
    assert_eq!(exits.get(), 1);
}

#[taipan::test]
async fn a_wait_beside_others() {
    let (gates, mut tasks) = gated(3);
    let opener = async {
        yield_now().await;
        gates[1].open();
        pending::<()>().await;
        unreachable!("it waits for ever")
    };
    let done: Vec<Task<usize>> = race!(wait(&mut tasks, FirstCompleted), opener).await;
    assert_eq!(values(done).await, [1]);
    gates.iter().for_each(Gate::open);
    let ends: Vec<Result<usize, TaskError>> = taipan::gather(tasks).await;
    assert_eq!(ends.into_iter().map(Result::unwrap).collect::<Vec<_>>(), [0, 2]);
}
