//! Where a call meets the code that awaits it: the value goes over, and before it letters.
//!
//! # The protocol
//!
//! 1. The thread ends the call once. The value lies here until the code that awaits takes it.
//! 2. The code that awaits *deserts* the call when it is dropped. Whichever comes first, under the lock, decides who
//!    drops the value: the thread, if the call was deserted; and the call is *over* only then. Whoever waits for
//!    its end waits for that.
//! 3. A letter is a future that the thread sends over and whose answer it waits for. So there is one at a time, and
//!    none once the call has ended. It lies here until it is picked up; into a deserted call none is taken.
//! 4. The waker here is that of the one who awaits, or who waits for the end of what was deserted. Nothing foreign
//!    runs under the lock: wakers are woken and dropped, and values and letters dropped, after it.

use std::mem;
use std::pin::Pin;
use std::sync::PoisonError;
use std::task::{Context, Poll, Waker};

#[cfg(taipan_loom)]
use loom::sync::{Mutex, MutexGuard};
#[cfg(not(taipan_loom))]
use std::sync::{Mutex, MutexGuard};

use crate::waits::with_own;

/// A future that runs where the call is awaited. It gives its answer to the thread by itself.
pub(super) trait Post: Future<Output = ()> + Send {
    /// Drops what has not ended: what is left to do is its exits, and then the answer.
    fn cancel(self: Pin<&mut Self>);
}

pub(super) type Letter = Pin<Box<dyn Post>>;

/// Both sides hold it.
pub(super) struct Border<T> {
    state: Mutex<State<T>>,
}

struct State<T> {
    stage: Stage<T>,
    waker: Option<Waker>,
    letter: Option<Letter>,
}

enum Stage<T> {
    /// The thread runs, or has not begun, and its value is awaited.
    Awaited,
    /// The value is there.
    Ended(T),
    /// Nobody takes the value.
    Deserted,
    /// The value has been taken, or dropped by the thread.
    Over,
}

/// What comes over to the one who awaits.
pub(super) enum Arrival<T> {
    Value(T),
    Letter(Letter),
}

/// What is left when the one who awaits goes.
pub(super) enum Left<T> {
    /// The call goes on; with the letter that nobody had picked up.
    Running(Option<Letter>),
    /// It had ended.
    Ended(Option<T>),
}

impl<T> Border<T> {
    pub(super) fn new() -> Self {
        Border { state: Mutex::new(State { stage: Stage::Awaited, waker: None, letter: None }) }
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for what comes over. After a letter it is polled again, after the value not.
    pub(super) fn poll(&self, cx: &mut Context<'_>) -> Poll<Arrival<T>> {
        let waker = with_own(cx, |cx| cx.waker().clone());
        let mut state = self.lock();
        if let Some(letter) = state.letter.take() {
            return Poll::Ready(Arrival::Letter(letter));
        }
        match mem::replace(&mut state.stage, Stage::Over) {
            Stage::Ended(value) => Poll::Ready(Arrival::Value(value)),
            stage => {
                state.stage = stage;
                let before = state.waker.replace(waker);
                drop(state);
                drop(before);
                Poll::Pending
            }
        }
    }

    /// Nobody takes the value any more.
    pub(super) fn desert(&self) -> Left<T> {
        let (left, waker) = {
            let mut state = self.lock();
            let left = match mem::replace(&mut state.stage, Stage::Over) {
                Stage::Awaited | Stage::Deserted => {
                    state.stage = Stage::Deserted;
                    Left::Running(state.letter.take())
                }
                Stage::Ended(value) => Left::Ended(Some(value)),
                Stage::Over => Left::Ended(None),
            };
            (left, state.waker.take())
        };
        drop(waker);
        left
    }

    /// The call has ended. Gives the value back if the call was deserted: the caller drops it, and says then that it
    /// is `over`.
    pub(super) fn end(&self, value: T) -> Result<(), T> {
        let mut state = self.lock();
        if let Stage::Deserted = state.stage {
            return Err(value);
        }
        state.stage = Stage::Ended(value);
        Self::wake(state);
        Ok(())
    }

    /// A value that nobody took is dropped.
    pub(super) fn over(&self) {
        let mut state = self.lock();
        state.stage = Stage::Over;
        Self::wake(state);
    }

    fn wake(mut state: MutexGuard<'_, State<T>>) {
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// The border, whatever the value.
pub(super) trait AnyBorder: Send + Sync {
    /// Sends a letter over from the thread. Gives it back if nobody awaits the call.
    fn send(&self, letter: Letter) -> Result<(), Letter>;

    /// Ready when a call that was deserted is over.
    fn poll_over(&self, cx: &mut Context<'_>) -> Poll<()>;
}

impl<T: Send> AnyBorder for Border<T> {
    fn send(&self, letter: Letter) -> Result<(), Letter> {
        let mut state = self.lock();
        if let Stage::Awaited = state.stage {
            state.letter = Some(letter);
            Self::wake(state);
            Ok(())
        } else {
            Err(letter)
        }
    }
    fn poll_over(&self, cx: &mut Context<'_>) -> Poll<()> {
        let waker = with_own(cx, |cx| cx.waker().clone());
        let mut state = self.lock();
        if let Stage::Over = state.stage {
            return Poll::Ready(());
        }
        let before = state.waker.replace(waker);
        drop(state);
        drop(before);
        Poll::Pending
    }
}
