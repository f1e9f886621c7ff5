//! The shard, model-checked: every order in which threads can come to its lock, and to what is read without it.
//!
//! A wake that is lost is a deadlock here, or a count that is wrong; loom reports it.

use std::sync::Arc;
use std::task::{Wake, Waker};
use std::time::{Duration, Instant};

use loom::sync::Notify;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

use super::shard::{Found, Shard};
use crate::sync::Lock;

const SECOND: Duration = Duration::from_secs(1);

/// Counts its wakes.
struct Count(AtomicUsize);

impl Count {
    fn new() -> (Arc<Count>, Waker) {
        let count = Arc::new(Count(AtomicUsize::new(0)));
        (Arc::clone(&count), Waker::from(count))
    }

    fn get(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// An open shard, and a time at which what is set for now is due.
fn open() -> (Arc<Shard>, Instant, Instant) {
    let shard = Shard::new();
    shard.open();
    let now = Instant::now();
    (Arc::new(shard), now, now + SECOND)
}

/// Runs `f` beside the rest of the model.
fn beside<T: 'static>(
    shard: &Arc<Shard>,
    f: impl FnOnce(&Shard) -> T + 'static,
) -> thread::JoinHandle<T> {
    let shard = Arc::clone(shard);
    thread::spawn(move || f(&shard))
}

/// Two fire at once, while the timer is removed: it is woken once, or it was removed before.
#[test]
fn those_who_fire_race_with_a_removal() {
    loom::model(|| {
        let (shard, now, then) = open();
        let (count, waker) = Count::new();
        let key = shard.insert(now, &waker, true).expect("it is open");
        let others = [
            beside(&shard, move |shard| shard.fire(then)),
            beside(&shard, move |shard| {
                shard.remove(key);
                false
            }),
        ];
        let fired = usize::from(shard.fire(then));
        let fired: usize =
            others.map(|other| usize::from(other.join().expect("no panic"))).iter().sum::<usize>()
                + fired;
        assert!(count.get() == fired && fired <= 1);
        assert_eq!(shard.next(), None);
    });
}

/// Whoever is told that the timer waits for him is woken.
#[test]
fn a_fire_races_with_another_waker() {
    loom::model(|| {
        let (shard, now, then) = open();
        let ((first, first_waker), (second, second_waker)) = (Count::new(), Count::new());
        let key = shard.insert(now, &first_waker, true).expect("it is open");
        let fires = beside(&shard, move |shard| shard.fire(then));
        let found = shard.update(key, &second_waker);
        assert!(fires.join().expect("no panic"));
        let expected = if found == Found::Waiting { (0, 1) } else { (1, 0) };
        assert_eq!((first.get(), second.get()), expected);
        assert_eq!(shard.update(key, &second_waker), Found::Fired);
    });
}

/// A timer is moved away from the time at which others fire: it has fired, or it waits.
#[test]
fn a_fire_races_with_a_move() {
    loom::model(|| {
        let (shard, now, then) = open();
        let (count, waker) = Count::new();
        let key = shard.insert(now, &waker, true).expect("it is open");
        let fires = beside(&shard, move |shard| shard.fire(then));
        let moved = shard.reset(key, then + SECOND, true);
        assert_eq!(fires.join().expect("no panic"), moved.is_none());
        assert!(moved.is_none() || shard.next() >= Some(then + SECOND));
        shard.fire(then + 2 * SECOND);
        assert_eq!((count.get(), shard.next()), (1, None));
    });
}

/// A key of one that has fired comes to a place that another has taken: that one stays.
#[test]
fn an_old_key_races_with_a_new_timer() {
    loom::model(|| {
        let (shard, now, then) = open();
        let (old, old_waker) = Count::new();
        let (new, new_waker) = Count::new();
        let key = shard.insert(now, &old_waker, true).expect("it is open");
        let removes = beside(&shard, move |shard| shard.remove(key));
        let fired = shard.fire(then);
        let key = shard.insert(then + SECOND, &new_waker, true).expect("it is open");
        removes.join().expect("no panic");
        assert_eq!((old.get(), new.get()), (usize::from(fired), 0));
        assert_eq!(shard.update(key, &new_waker), Found::Waiting);
        assert!(shard.next() >= Some(then + SECOND));
    });
}

/// What is set while the run ends is refused, or woken.
#[test]
fn a_close_races_with_an_insertion_and_a_poll() {
    loom::model(|| {
        let (shard, now, _) = open();
        let (count, waker) = Count::new();
        let key = shard.insert(now, &waker, true).expect("it is open");
        let closes = beside(&shard, Shard::close);
        let (late, late_waker) = Count::new();
        let found = shard.update(key, &late_waker);
        let inserted = shard.insert(now, &late_waker, true).is_some();
        closes.join().expect("no panic");
        let waiting = found == Found::Waiting;
        assert!(waiting || found == Found::Closed);
        assert_eq!(count.get(), usize::from(!waiting));
        assert_eq!(late.get(), usize::from(waiting) + usize::from(inserted));
        assert_eq!(shard.next(), None);
    });
}

/// Who is asleep, found by whoever has to wake him.
struct Sleeper {
    asleep: Lock<bool>,
    woken: Notify,
}

impl Wake for Sleeper {
    fn wake(self: Arc<Self>) {
        if self.asleep.with(std::mem::take) {
            self.woken.notify();
        }
    }
}

/// A worker goes to sleep while a foreigner sets a timer: it knows of it, or is woken.
#[test]
fn one_who_goes_to_sleep_races_with_a_foreigner() {
    loom::model(|| {
        let (shard, now, _) = open();
        let sleeper = Arc::new(Sleeper { asleep: Lock::new(false), woken: Notify::new() });
        shard.tell(Waker::from(Arc::clone(&sleeper)));
        let foreigner =
            beside(&shard, move |shard| shard.insert(now, Waker::noop(), false).is_some());
        while shard.next().is_none() {
            sleeper.asleep.with(|asleep| *asleep = true);
            if shard.next().is_none() {
                sleeper.woken.wait();
            }
        }
        assert!(foreigner.join().expect("no panic"));
        shard.close();
    });
}
