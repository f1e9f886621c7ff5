//! `race!(a(), b())`.

use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::Argument;
use super::until::{And, Empty, Ends, List};
use crate::combine::scoped::Scoped;

/// Begins the arguments of `race!`.
#[must_use]
pub fn race<T>() -> Arguments<Empty, T> {
    Arguments { list: Empty, value: PhantomData }
}

/// The arguments of `race!` so far, and their one type of value.
#[derive(Debug)]
pub struct Arguments<L, T> {
    list: L,
    value: PhantomData<fn() -> T>,
}

/// Any value ends a `race!`.
#[derive(Debug)]
pub struct AtOnce;

impl<T> Ends<T> for AtOnce {
    fn ends(_: &T) -> bool {
        true
    }
}

impl<L, T> Arguments<L, T> {
    /// Adds an argument.
    #[inline]
    pub fn with<F>(self, argument: Argument<F, T>) -> Arguments<And<L, Argument<F, T>>, T> {
        Arguments { list: And::new(self.list, argument), value: PhantomData }
    }

    /// Waits for the first value.
    #[inline]
    pub fn done<O>(self) -> impl Future<Output = T>
    where
        L: List<AtOnce, Outputs = O>,
        O: Winner<T>,
    {
        Scoped::new(First { list: self.list, winner: |list| list.take().winner() })
    }
}

pin_project! {
    /// Runs a list until one has ended.
    struct First<L, T> {
        #[pin]
        list: L,
        // It takes the value inside of the scope, so that it is all that passes through. It is a function that this
        // brings, as an argument brings the one that polls it: so rustc need not see again, when it asks whether a
        // task is `Send`, that the values are of one type.
        winner: fn(Pin<&mut L>) -> Option<T>,
    }
}

impl<L: List<AtOnce>, T> Future for First<L, T> {
    type Output = T;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let mut this = self.project();
        ready!(this.list.as_mut().poll(cx));
        Poll::Ready((this.winner)(this.list).expect("a race ends with a value"))
    }
}

/// The outputs, of which there is one.
pub trait Winner<T> {
    /// Takes it.
    fn winner(self) -> Option<T>;
}

impl<T> Winner<T> for () {
    #[inline]
    fn winner(self) -> Option<T> {
        None
    }
}

impl<L: Winner<T>, T> Winner<T> for (L, Option<T>) {
    #[inline]
    fn winner(self) -> Option<T> {
        self.1.or_else(|| self.0.winner())
    }
}
