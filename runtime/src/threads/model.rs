//! The pool and the border, model-checked: every order in which threads can take their locks.
//!
//! A job that nobody takes, or a wake that is lost, is a deadlock here, and loom reports it; so is a thread that does not
//! leave.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

use super::border::{AnyBorder, Arrival, Border, Left, Post};
use super::pool::{Pool, Settings, Ticket};
use crate::sync::model::block_on;
use crate::sync::oneshot;
use crate::waits::Site;

/// Time does not pass in a model: the idle time is over at any moment if it is 0, and else never.
const STAY: Duration = Duration::from_secs(1);

fn pool(threads: usize, idle: Duration) -> Arc<Pool> {
    let name = "model".to_owned();
    Pool::new(Settings { name, threads, queue: None, idle, stack_size: None })
}

/// Submits a job; gives what waits until it has run.
fn submit(
    pool: &Arc<Pool>,
    job: impl FnOnce() + Send + 'static,
) -> (Ticket, oneshot::Receiver<()>) {
    let (tx, rx) = oneshot::channel();
    let accepted = pool.accept().expect("the pool is open");
    let job = move || {
        job();
        drop(accepted);
        tx.send(()).expect("somebody waits");
    };
    let Ok(ticket) = pool.submit(Box::new(job)) else { panic!("no thread was started") };
    (ticket, rx)
}

/// Loom's threads in a model are few: the bound keeps the number of orders small.
fn model(preemptions: usize, test: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.check(test);
}

/// A thread leaves because it finds nothing to do, while a job comes.
#[test]
fn a_job_races_with_a_thread_that_leaves() {
    model(3, || {
        let pool = pool(1, Duration::ZERO);
        let (_, first) = submit(&pool, || ());
        let (_, second) = submit(&pool, || ());
        block_on(first).expect("it has run");
        block_on(second).expect("it has run");
    });
}

/// A job waits for one that comes later: that one gets a thread, whatever the first thread is doing just then.
#[test]
fn a_job_that_waits_for_another_holds_up_nobody() {
    model(2, || {
        let pool = pool(2, STAY);
        let (tx, rx) = oneshot::channel();
        let (_, first) = submit(&pool, move || block_on(rx).expect("it is told"));
        let (_, second) = submit(&pool, move || tx.send(()).expect("it is awaited"));
        block_on(first).expect("it has run");
        block_on(second).expect("it has run");
        pool.close();
        block_on(pool.over(Site::here("ThreadPool::close")));
    });
}

/// A free thread is woken for a job, and told to go.
#[test]
fn a_close_races_with_a_job() {
    model(3, || {
        let pool = pool(1, STAY);
        let (_, first) = submit(&pool, || ());
        let closes = {
            let pool = Arc::clone(&pool);
            thread::spawn(move || pool.close())
        };
        block_on(first).expect("what was accepted runs");
        block_on(pool.over(Site::here("ThreadPool::close")));
        assert!(pool.accept().is_none());
        closes.join().expect("no thread panics");
    });
}

/// Either the thread runs a job, or who withdraws it has it.
#[test]
fn a_withdrawal_races_with_the_thread() {
    model(3, || {
        let pool = pool(1, Duration::ZERO);
        let ran = Arc::new(AtomicUsize::new(0));
        let counting = Arc::clone(&ran);
        let (ticket, done) = submit(&pool, move || {
            counting.fetch_add(1, Ordering::Relaxed);
        });
        let withdrawn = pool.withdraw(ticket);
        let had = usize::from(withdrawn.is_some());
        drop(withdrawn);
        assert_eq!(block_on(done).is_ok(), had == 0);
        assert_eq!(ran.load(Ordering::Relaxed) + had, 1);
    });
}

/// The value goes to whoever awaits it.
#[test]
fn an_end_races_with_the_one_who_awaits() {
    loom::model(|| {
        let border = Arc::new(Border::new());
        let theirs = Arc::clone(&border);
        let ends = thread::spawn(move || theirs.end(42).expect("it is awaited"));
        let Arrival::Value(42) = block_on(poll_fn(|cx| border.poll(cx))) else {
            panic!("not the value")
        };
        ends.join().expect("no thread panics");
    });
}

/// The value of a call that is deserted just then is dropped by one of the two, before the call is over.
#[test]
fn an_end_races_with_a_desertion() {
    loom::model(|| {
        let border = Arc::new(Border::new());
        let theirs = Arc::clone(&border);
        let drops = Arc::new(AtomicUsize::new(0));
        let value = Dropped(Arc::clone(&drops));
        let ends = thread::spawn(move || {
            if let Err(lost) = theirs.end(value) {
                drop(lost);
                theirs.over();
            }
        });
        match border.desert() {
            Left::Running(_) => block_on(poll_fn(|cx| border.poll_over(cx))),
            Left::Ended(value) => drop(value),
        }
        assert_eq!(drops.load(Ordering::Relaxed), 1);
        ends.join().expect("no thread panics");
    });
}

/// A letter that is sent into a desertion is with one of the two.
#[test]
fn a_letter_races_with_a_desertion() {
    loom::model(|| {
        let border = Arc::new(Border::<()>::new());
        let theirs = Arc::clone(&border);
        let sends = thread::spawn(move || theirs.send(Box::pin(Empty)).is_err());
        let Left::Running(letter) = border.desert() else { panic!("it has not ended") };
        assert_ne!(sends.join().expect("no thread panics"), letter.is_some());
    });
}

/// A letter wakes whoever awaits the call, and the value comes after it.
#[test]
fn a_letter_races_with_the_one_who_awaits() {
    loom::model(|| {
        let border = Arc::new(Border::new());
        let theirs = Arc::clone(&border);
        let sends = thread::spawn(move || {
            assert!(theirs.send(Box::pin(Empty)).is_ok());
            theirs.end(42).expect("it is awaited");
        });
        let mut letters = 0;
        while let Arrival::Letter(letter) = block_on(poll_fn(|cx| border.poll(cx))) {
            block_on(letter);
            letters += 1;
        }
        assert_eq!(letters, 1);
        sends.join().expect("no thread panics");
    });
}

struct Dropped(Arc<AtomicUsize>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// A letter with nothing in it.
struct Empty;

impl Future for Empty {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        Poll::Ready(())
    }
}

impl Post for Empty {
    fn cancel(self: Pin<&mut Self>) {}
}
