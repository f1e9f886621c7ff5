//! A crowd that waits: polled by hand, and only when it was woken.

use std::mem;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Wake, Waker};

use taipan_tests::{Random, poll_with};

/// The numbers of those who were woken, each with the number of the poll that left the waker.
type Woken = Arc<Mutex<Vec<(usize, usize)>>>;

/// The waker of one poll: it counts for nothing once its waiter was polled again.
struct Alarm {
    number: usize,
    poll: usize,
    woken: Woken,
}

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.woken.lock().unwrap().push((self.number, self.poll));
    }
}

/// Those who wait for a `T`.
pub(crate) struct Crowd<'a, T> {
    pub(crate) random: Random,
    /// By their numbers; `None`: it has ended, or it was cancelled.
    waiters: Vec<Option<Pin<Box<dyn Future<Output = T> + 'a>>>>,
    /// How many are `Some`.
    pub(crate) left: usize,
    /// How often somebody was polled.
    polls: usize,
    /// By the number of the waiter: its last poll.
    last: Vec<usize>,
    woken: Woken,
}

impl<'a, T> Crowd<'a, T> {
    pub(crate) fn new(seed: u64) -> Self {
        Crowd {
            random: Random::new(seed),
            waiters: Vec::new(),
            left: 0,
            polls: 0,
            last: Vec::new(),
            woken: Woken::default(),
        }
    }

    /// Lets somebody come; gives what it got, if it need not wait.
    pub(crate) fn come(&mut self, future: impl Future<Output = T> + 'a) -> Option<T> {
        self.waiters.push(Some(Box::pin(future)));
        self.last.push(0);
        self.left += 1;
        self.poll(self.waiters.len() - 1)
    }

    fn poll(&mut self, number: usize) -> Option<T> {
        let waiter = self.waiters[number].as_mut()?;
        self.polls += 1;
        self.last[number] = self.polls;
        let alarm = Alarm { number, poll: self.polls, woken: Arc::clone(&self.woken) };
        match poll_with(Pin::new(waiter), &Waker::from(Arc::new(alarm))) {
            Poll::Pending => None,
            Poll::Ready(value) => {
                self.cancel(number);
                Some(value)
            }
        }
    }

    pub(crate) fn cancel(&mut self, number: usize) {
        let gone = self.waiters[number].take();
        self.left -= usize::from(gone.is_some());
    }

    /// Cancels somebody, if the lot falls on one who is there.
    pub(crate) fn cancel_any(&mut self) {
        let number = self.random.below(self.waiters.len());
        self.cancel(number);
    }

    /// Polls one who is there and was not woken, as a `gather!` of few children does: it must change nothing.
    pub(crate) fn poll_any(&mut self) -> Option<T> {
        let number = self.random.below(self.waiters.len());
        self.poll(number)
    }

    /// Of those who were woken cancels some, one in `cancelled`, and polls the others. Gives what they get.
    pub(crate) fn serve(&mut self, cancelled: usize) -> Vec<T> {
        let woken = mem::take(&mut *self.woken.lock().unwrap());
        let mut served = Vec::new();
        for (number, poll) in woken {
            if self.last[number] != poll {
                continue;
            }
            if self.random.one_in(cancelled) {
                self.cancel(number);
            } else {
                served.extend(self.poll(number));
            }
        }
        served
    }

    /// The numbers of those who were woken and not served since.
    pub(crate) fn woken(&self) -> Vec<usize> {
        self.woken.lock().unwrap().iter().map(|woken| woken.0).collect()
    }

    #[track_caller]
    pub(crate) fn assert_somebody_was_woken(&self) {
        assert!(!self.woken().is_empty(), "{} wait, and nobody was woken", self.left);
    }
}
