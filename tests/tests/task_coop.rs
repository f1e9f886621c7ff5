//! No task keeps the others from running by awaiting what is always ready.
#![forbid(unsafe_code)]

use std::future::{Future, pending, poll_fn};
use std::ops::{Deref, DerefMut};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use futures_lite::io::{AsyncReadExt, AsyncWriteExt};
use futures_lite::{StreamExt, future::block_on};
use taipan::io::duplex;
use taipan::sync::{
    Event, Mutex, Queue, Receiver, Semaphore, Sender, broadcast, oneshot, unbounded_channel, watch,
};
use taipan::task::coop::{consume_budget, unconstrained};
use taipan::time::{Instant, MissedTick, interval};
use taipan::{
    Task, gather, race, select, sleep, spawn, spawn_local, tasks, timeout, timeout_at, yield_now,
};
use taipan_tests::{Counter, poll_once};

/// What a task may complete in one go.
const BUDGET: usize = 128;

/// A receiver that never waits for the values that are there; then it waits for ever, for its sender lives as long.
struct Full {
    rx: Receiver<usize>,
    _tx: Sender<usize>,
}

impl Deref for Full {
    type Target = Receiver<usize>;

    fn deref(&self) -> &Receiver<usize> {
        &self.rx
    }
}

impl DerefMut for Full {
    fn deref_mut(&mut self) -> &mut Receiver<usize> {
        &mut self.rx
    }
}

fn full(count: usize) -> Full {
    let (tx, rx) = unbounded_channel();
    (0..count).for_each(|n| tx.try_send(n).expect("there is room"));
    Full { rx, _tx: tx }
}

async fn receive_all(rx: Full, steps: Counter) {
    while rx.recv().await.is_some() {
        steps.add();
    }
}

/// The number of steps at each of the neighbour's four turns, which come after those of the task that was spawned
/// just before.
async fn seen(steps: &Counter) -> [usize; 4] {
    let steps = steps.clone();
    let neighbour = spawn(async move {
        let mut seen = [0; 4];
        for seen in &mut seen {
            *seen = steps.get();
            yield_now().await;
        }
        seen
    });
    neighbour.await.expect("the neighbour has its turns")
}

/// Asserts that a task that does nothing but that is sent away whenever its budget is used up.
async fn assert_takes_turns<F>(chatty: impl FnOnce(Counter) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let steps = Counter::new();
    let task = spawn(chatty(steps.clone()));
    assert_eq!(seen(&steps).await, [1, 2, 3, 4].map(|turns| turns * BUDGET));
    task.stop().await;
}

#[taipan::test(timeout = 1m)]
async fn who_receives_from_a_channel_that_is_never_empty() {
    assert_takes_turns(|steps| receive_all(full(1000), steps)).await;
}

#[taipan::test(timeout = 1m)]
async fn who_sends_to_a_channel_that_is_never_full() {
    assert_takes_turns(async |steps| {
        let (tx, _rx) = unbounded_channel();
        loop {
            tx.send(()).await.expect("the receiver is there");
            steps.add();
        }
    })
    .await;
}

#[taipan::test(timeout = 1m)]
async fn who_reads_a_stream_that_is_never_empty() {
    assert_takes_turns(async |steps| {
        let mut rx = full(1000);
        while rx.next().await.is_some() {
            steps.add();
        }
    })
    .await;
}

#[taipan::test(timeout = 1m)]
async fn who_puts_what_it_gets() {
    assert_takes_turns(async |steps| {
        let queue = Queue::new(1);
        loop {
            queue.put(1).await.expect("it is not shut down");
            steps.add();
            let taken = queue.take().await;
            assert_eq!(taken.as_deref(), Some(&1));
            steps.add();
        }
    })
    .await;
}

#[taipan::test(timeout = 1m)]
async fn who_locks_what_is_always_free() {
    assert_takes_turns(async |steps| {
        let (mutex, semaphore) = (Mutex::new(0), Semaphore::new(1));
        loop {
            *mutex.lock().await += 1;
            steps.add();
            drop(semaphore.acquire().await);
            steps.add();
        }
    })
    .await;
}

#[taipan::test(timeout = 1m)]
async fn who_waits_for_what_has_happened() {
    assert_takes_turns(async |steps| {
        let event = Event::new();
        event.set();
        loop {
            event.wait().await;
            steps.add();
            let (tx, rx) = oneshot::channel();
            tx.send(()).expect("the receiver is there");
            rx.await.expect("it was sent");
            steps.add();
        }
    })
    .await;
}

#[taipan::test(timeout = 1m)]
async fn who_watches_what_changes_all_the_time() {
    assert_takes_turns(async |steps| {
        let (tx, mut rx) = watch::channel(0);
        let (all_tx, mut all_rx) = broadcast::channel(1);
        for n in 1.. {
            tx.send(n);
            assert_eq!(*rx.changed().await.expect("the sender is there"), n);
            steps.add();
            all_tx.send(n);
            assert_eq!(*all_rx.recv().await.expect("the sender is there"), n);
            steps.add();
        }
    })
    .await;
}

#[taipan::test(timeout = 1m)]
async fn who_sleeps_for_no_time() {
    assert_takes_turns(async |steps| {
        let mut over = sleep(Duration::ZERO);
        loop {
            sleep(Duration::ZERO).await;
            steps.add();
            (&mut over).await;
            steps.add();
        }
    })
    .await;
}

#[taipan::test(virtual_time, timeout = 1m)]
async fn who_catches_up_with_many_ticks() {
    let mut interval = interval(Duration::from_millis(1)).missed_tick(MissedTick::Burst);
    sleep(Duration::from_secs(10)).await;
    assert_takes_turns(async move |steps| {
        loop {
            interval.tick().await;
            steps.add();
        }
    })
    .await;
}

#[taipan::test(timeout = 1m)]
async fn who_reads_and_writes_without_waiting() {
    assert_takes_turns(async |steps| {
        let (mut near, mut far) = duplex(1);
        loop {
            near.write_all(b"x").await.expect("the other end is there");
            steps.add();
            let mut byte = [0];
            far.read_exact(&mut byte).await.expect("the other end is there");
            steps.add();
        }
    })
    .await;
}

#[taipan::test(timeout = 1m)]
async fn who_asks_for_its_turn() {
    assert_takes_turns(async |steps| {
        loop {
            consume_budget().await;
            steps.add();
        }
    })
    .await;
}

/// So many tasks that have ended.
async fn finished(count: usize) -> Vec<Task<()>> {
    let tasks: Vec<_> = (0..count).map(|_| spawn(async {})).collect();
    while !tasks.iter().all(Task::is_finished) {
        yield_now().await;
    }
    tasks
}

#[taipan::test(timeout = 1m)]
async fn who_awaits_tasks_that_have_ended() {
    let tasks = finished(1000).await;
    assert_takes_turns(async |steps| {
        for task in tasks {
            task.await.expect("it has ended");
            steps.add();
        }
        pending::<()>().await;
    })
    .await;
    let mut tasks = finished(1000).await;
    assert_takes_turns(async move |steps| {
        for task in &mut tasks {
            task.await.expect("it has ended");
            steps.add();
        }
        pending::<()>().await;
    })
    .await;
}

#[taipan::test(timeout = 1m)]
async fn who_selects_from_what_is_always_ready() {
    assert_takes_turns(async |steps| {
        let (rx, other) = (full(1000), full(1000));
        loop {
            select!(match (first = rx.recv(), second = other.recv(), never = pending::<()>()) {
                first(value) => assert!(value.is_some()),
                second(value) => assert!(value.is_some()),
                never(()) => unreachable!("it never ends"),
            });
            steps.add();
        }
    })
    .await;
}

#[taipan::test(timeout = 1m)]
async fn a_task_of_the_thread_and_main_take_turns_as_well() {
    let steps = Counter::new();
    let task = spawn_local(receive_all(full(1000), steps.clone()));
    yield_now().await;
    yield_now().await;
    let before = steps.get();
    yield_now().await;
    assert_eq!(steps.get() - before, BUDGET);
    task.stop().await;

    let turns = Counter::new();
    let counting = turns.clone();
    drop(spawn(async move {
        loop {
            counting.add();
            yield_now().await;
        }
    }));
    let rx = full(4 * BUDGET);
    let before = turns.get();
    for _ in 0..4 * BUDGET {
        rx.recv().await.expect("it is full");
    }
    assert_eq!(turns.get() - before, 3);
}

/// The first uses the budget up every time; the second gets on all the same, once a turn.
#[taipan::test(timeout = 1m)]
async fn every_child_gets_on_beside_a_busy_one() {
    let (busy, other) = (Counter::new(), Counter::new());
    let children = {
        let (busy, other) = (busy.clone(), other.clone());
        async move {
            gather!(receive_all(full(1000), busy), receive_all(full(1000), other)).await;
        }
    };
    let task = spawn(children);
    let neighbour = spawn(async move {
        let mut seen = Vec::new();
        for _ in 0..4 {
            seen.push((busy.get(), other.get()));
            yield_now().await;
        }
        seen
    });
    let turns = [(BUDGET, 0), (2 * BUDGET, 1), (3 * BUDGET, 2), (4 * BUDGET, 3)];
    assert_eq!(neighbour.await.expect("the neighbour has its turns"), turns);
    task.stop().await;
}

/// From some 30 up only the woken ones are polled: who is sent away wakes itself.
#[taipan::test(timeout = 1m)]
async fn many_children_all_come_to_their_end() {
    const CHILDREN: usize = 100;
    const VALUES: usize = 300;
    let steps = Counter::new();
    let children = {
        let steps = steps.clone();
        async move {
            let children = (0..CHILDREN).map(|_| {
                let (rx, steps) = (full(VALUES), steps.clone());
                async move {
                    for _ in 0..VALUES {
                        rx.recv().await.expect("it is full");
                        steps.add();
                    }
                }
            });
            gather(children).await;
        }
    };
    let task = spawn(children);
    // The first has all, and then each of those behind it one.
    assert_eq!(seen(&steps).await[..2], [BUDGET, 2 * BUDGET + CHILDREN - 1]);
    task.await.expect("all end");
    assert_eq!(steps.get(), CHILDREN * VALUES);
}

#[taipan::test(timeout = 1m)]
async fn a_timeout_ends_what_is_always_ready() {
    let steps = Counter::new();
    let body = receive_all(full(1000), steps.clone());
    assert!(timeout_at(Instant::now(), body).await.is_err());
    assert_eq!(steps.get(), BUDGET);

    let body = receive_all(full(1000), steps.clone());
    let moved = timeout::timeout_with(Instant::now(), async |_| body.await);
    assert!(moved.await.is_err());
    // The turn before it had used up what there was.
    assert!((BUDGET + 1..=2 * BUDGET).contains(&steps.get()), "{}", steps.get());
}

#[taipan::test(timeout = 1m)]
async fn a_real_timeout_ends_what_is_always_ready() {
    let busy = async {
        loop {
            sleep(Duration::ZERO).await;
        }
    };
    assert!(timeout(Duration::from_millis(5), busy).await.is_err());
}

#[taipan::test(timeout = 1m)]
async fn what_is_ready_is_found_ready() {
    let rx = full(10 * BUDGET);
    for n in 0..BUDGET * 2 {
        assert_eq!(timeout(Duration::ZERO, rx.recv()).await, Ok(Some(n)));
    }
    for n in BUDGET * 2..BUDGET * 4 {
        let got = select!(match (received = rx.recv()) {
            received(value) => value,
            default => None,
        });
        assert_eq!(got, Some(n));
    }
    for n in BUDGET * 4..BUDGET * 6 {
        assert_eq!(race!(rx.recv(), async { None }).await, Some(n));
    }
}

/// The one before it in the task uses the budget up every time.
#[taipan::test(timeout = 1m)]
async fn what_is_ready_is_found_ready_beside_a_busy_sibling() {
    let steps = Counter::new();
    let busy = receive_all(full(100_000), steps.clone());
    let careful = async {
        let rx = full(3);
        for n in 0..3 {
            assert_eq!(timeout(Duration::ZERO, rx.recv()).await, Ok(Some(n)));
        }
    };
    race!(busy, careful).await;
    assert_eq!(steps.get(), 4 * BUDGET);
}

#[taipan::test(timeout = 1m)]
async fn who_is_sent_away_has_taken_nothing() {
    let rx = full(BUDGET + 2);
    poll_fn(|_| {
        for _ in 0..BUDGET {
            assert!(poll_once(pin!(rx.recv())).is_ready());
        }
        assert!(poll_once(pin!(rx.recv())).is_pending());
        assert_eq!(rx.statistics().receiving, 0);
        // Who does not wait is not counted.
        assert_eq!(rx.try_recv(), Ok(BUDGET));
        Poll::Ready(())
    })
    .await;
    assert_eq!(rx.recv().await, Some(BUDGET + 1));
}

#[taipan::test(timeout = 1m)]
async fn who_is_sent_away_waits_for_nothing() {
    let task = spawn(receive_all(full(1000), Counter::new()));
    let id = task.id();
    let look = spawn(async move {
        let all = tasks();
        let task = all.iter().find(|task| task.id() == id).expect("it is alive");
        assert_eq!(task.waiting().len(), 0, "{task:?}");
    });
    look.await.expect("it looks while the other was sent away");
    task.stop().await;
}

#[taipan::test(timeout = 1m)]
async fn a_foreign_block_on_in_a_task_ends() {
    let rx = full(10 * BUDGET);
    on_the_spot(async {
        for n in 0..10 * BUDGET {
            assert_eq!(rx.recv().await, Some(n));
        }
    });
}

/// Not under an attribute, which would warn of it.
fn on_the_spot(future: impl Future) {
    block_on(future);
}

#[test]
fn outside_tasks_nothing_is_counted() {
    let rx = full(10 * BUDGET);
    for n in 0..10 * BUDGET {
        assert_eq!(poll_once(pin!(rx.recv())), Poll::Ready(Some(n)));
    }
}

/// Nothing of it is left on the thread when a poll is over.
#[test]
fn after_a_run_nothing_is_counted() {
    let rx = Arc::new(full(10 * BUDGET));
    taipan::Runtime::builder().threads(1).build().run({
        let rx = Arc::clone(&rx);
        async move {
            for _ in 0..BUDGET {
                rx.recv().await.expect("it is full");
            }
        }
    });
    for n in BUDGET..10 * BUDGET {
        assert_eq!(poll_once(pin!(rx.recv())), Poll::Ready(Some(n)));
    }
}

/// 100 of its own, 1000 without limit, and then the 28 that are left.
#[taipan::test(timeout = 1m)]
async fn who_is_not_constrained_goes_on_and_leaves_the_budget_as_it_was() {
    let steps = Counter::new();
    let counting = steps.clone();
    let task = spawn(async move {
        let rx = full(2000);
        let step = async || {
            rx.recv().await.expect("it is full");
            counting.add();
        };
        for _ in 0..100 {
            step().await;
        }
        unconstrained(async {
            for _ in 0..1000 {
                step().await;
            }
        })
        .await;
        loop {
            step().await;
        }
    });
    assert_eq!(seen(&steps).await[..2], [1000 + BUDGET, 1000 + 2 * BUDGET]);
    task.stop().await;
}
