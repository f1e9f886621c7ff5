//! `select!`.
//!
//! An arm gives `None` if its output is not what the arm asks for; an arm that is disabled from the start
//! counts as one that has ended so. The first `Some` ends the list.

use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::Argument;
use super::until::{And, Empty, Ends, List};
use crate::combine::scoped::Scoped;
use crate::current;

/// Begins the arms of `select!`.
#[must_use]
pub fn select<O>() -> Arms<Empty, O> {
    Arms { list: Empty, output: PhantomData }
}

/// The arms so far, and their one type of output.
#[derive(Debug)]
pub struct Arms<L, O> {
    list: L,
    output: PhantomData<fn() -> O>,
}

/// How a `select!` ended.
#[derive(Debug)]
pub enum Selected<O> {
    /// By an arm.
    Arm(O),
    /// No arm is left.
    Disabled,
    /// No arm was ready at once.
    Default,
}

/// The order in which arms are asked, and what happens when none is ready.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    /// In the order of the text; else the first one is drawn for each poll.
    pub biased: bool,
    /// End at once if no arm is ready.
    pub default: bool,
}

/// Any `Some` ends a `select!`.
#[derive(Debug)]
pub struct AtSome;

impl<O> Ends<Option<O>> for AtSome {
    fn ends(output: &Option<O>) -> bool {
        output.is_some()
    }
}

impl<L, O> Arms<L, O> {
    /// Adds an arm.
    #[inline]
    pub fn arm<F, T>(
        self,
        argument: Argument<F, T>,
        map: fn(T) -> Option<O>,
    ) -> Arms<And<L, Arm<F, T, O>>, O> {
        self.maybe(Some(argument), map)
    }

    /// Adds an arm that may be disabled.
    #[inline]
    pub fn maybe<F, T>(
        self,
        argument: Option<Argument<F, T>>,
        map: fn(T) -> Option<O>,
    ) -> Arms<And<L, Arm<F, T, O>>, O> {
        let last = match argument {
            Some(argument) => And::new(self.list, Arm { argument, map }),
            None => And::ended(self.list, None),
        };
        Arms { list: last, output: PhantomData }
    }

    /// Waits for the first arm.
    #[inline]
    pub fn done<V>(self, order: Order) -> impl Future<Output = Selected<O>>
    where
        L: List<AtSome, Outputs = V>,
        V: Won<O>,
    {
        Scoped::new(Turns { list: self.list, order, won: |list| list.take().won() })
    }
}

/// The outputs, of which one at most is a `Some`.
pub trait Won<O> {
    /// Takes it.
    fn won(self) -> Option<O>;
}

impl<O> Won<O> for () {
    #[inline]
    fn won(self) -> Option<O> {
        None
    }
}

impl<L: Won<O>, O> Won<O> for (L, Option<Option<O>>) {
    #[inline]
    fn won(self) -> Option<O> {
        self.1.flatten().or_else(|| self.0.won())
    }
}

pin_project! {
    /// One arm: its future, and what becomes of the output.
    #[derive(Debug)]
    pub struct Arm<F, T, O> {
        #[pin]
        argument: Argument<F, T>,
        map: fn(T) -> Option<O>,
    }
}

impl<F, T, O> Future for Arm<F, T, O> {
    type Output = Option<O>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<O>> {
        let this = self.project();
        let output = ready!(this.argument.poll(cx));
        Poll::Ready((this.map)(output))
    }
}

pin_project! {
    /// Asks the arms in turn.
    struct Turns<L, O> {
        #[pin]
        list: L,
        order: Order,
        // As in a race: it takes the one output inside of the scope, and it is brought along.
        won: fn(Pin<&mut L>) -> Option<O>,
    }
}

impl<L: List<AtSome>, O> Future for Turns<L, O> {
    type Output = Selected<O>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Selected<O>> {
        let mut this = self.project();
        let start = if this.order.biased { 0 } else { current::random(L::LEN) };
        // Those from `start` on, then those before it. The arms are polled in one place, which is inlined.
        let mut part = start..L::LEN;
        loop {
            let is_last = part.start == 0;
            if this.list.as_mut().poll_part(cx, part).is_ready() {
                return Poll::Ready(match (this.won)(this.list) {
                    Some(output) => Selected::Arm(output),
                    None => Selected::Disabled,
                });
            }
            if is_last {
                break;
            }
            part = 0..start;
        }
        if this.order.default { Poll::Ready(Selected::Default) } else { Poll::Pending }
    }
}

#[cfg(test)]
mod tests {
    use std::future::ready;
    use std::pin::pin;
    use std::task::Waker;

    use super::*;

    /// Which of three ready arms wins, in 64 rounds after the seed.
    fn winners(seed: u64, biased: bool) -> Vec<usize> {
        current::seed_random(seed);
        let mut cx = Context::from_waker(Waker::noop());
        let mut round = || {
            let arm = |n| Argument::new(ready(n));
            let arms = select().arm(arm(0), Some).arm(arm(1), Some).arm(arm(2), Some);
            match pin!(arms.done(Order { biased, default: false })).poll(&mut cx) {
                Poll::Ready(Selected::Arm(n)) => n,
                other => panic!("{other:?}"),
            }
        };
        (0..64).map(|_| round()).collect()
    }

    #[test]
    fn the_seed_of_the_thread_decides_who_is_asked_first() {
        assert_eq!(winners(1, false), winners(1, false));
        assert_ne!(winners(1, false), winners(2, false));
        for arm in 0..3 {
            assert!(winners(1, false).contains(&arm), "{arm}");
        }
        assert_eq!(winners(1, true), [0; 64]);
    }
}
