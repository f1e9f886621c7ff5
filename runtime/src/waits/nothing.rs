//! What is written down in a release build: nothing.

use std::future::poll_fn;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use super::Outside;
use crate::info::{Identity, Waiting};

#[derive(Clone, Copy, Debug)]
pub(crate) struct Site;

impl Site {
    #[inline(always)]
    pub(crate) fn here(_: &'static str) -> Site {
        Site
    }
}

pub(crate) struct About;

impl About {
    pub(crate) const NOTHING: About = About;

    #[inline(always)]
    pub(crate) fn tasks<'a>(_: impl IntoIterator<Item = &'a Identity>) -> About {
        About
    }

    #[inline(always)]
    pub(crate) fn until(_: Option<Instant>) -> About {
        About
    }
}

pub(crate) struct Waits;

impl Waits {
    #[inline(always)]
    pub(crate) fn new(_: &Identity, _: usize, _: bool) -> Waits {
        Waits
    }

    #[inline(always)]
    pub(crate) fn enter(&self) -> Entered {
        Entered
    }

    #[inline(always)]
    pub(crate) fn end(&self) {}

    pub(crate) fn tell(&self, _: Instant) -> Vec<Waiting> {
        Vec::new()
    }

    pub(crate) fn foreign(&self) -> Option<usize> {
        None
    }
}

/// It restores nothing; a guard all the same, so that it is dropped alike.
pub(crate) struct Entered;

impl Entered {
    #[inline(always)]
    pub(crate) fn poll<R>(
        &self,
        cx: &mut Context<'_>,
        poll: impl FnOnce(&mut Context<'_>) -> R,
    ) -> R {
        poll(cx)
    }
}

impl Drop for Entered {
    #[inline(always)]
    fn drop(&mut self) {}
}

pub(crate) struct Mark;

impl Mark {
    #[inline(always)]
    pub(crate) fn new(_: Site) -> Mark {
        Mark
    }

    #[inline(always)]
    pub(crate) fn site(&self) -> Site {
        Site
    }

    #[inline(always)]
    pub(crate) fn locate(&mut self) {}

    #[inline(always)]
    pub(crate) fn wait(&mut self, _: impl FnOnce() -> About) -> bool {
        false
    }

    #[inline(always)]
    pub(crate) fn note<T>(&mut self, _: &Poll<T>, _: impl FnOnce() -> About) {}

    #[inline(always)]
    pub(crate) fn follow(&mut self) -> bool {
        false
    }

    #[inline(always)]
    pub(crate) fn clear(&mut self) {}

    #[inline(always)]
    pub(crate) fn grantee(&self) -> Grantee {
        Grantee
    }
}

pub(crate) struct Grantee;

impl Grantee {
    #[inline(always)]
    pub(crate) fn granted(&self) {}
}

pub(crate) struct Holders;

impl Holders {
    /// Whether they are counted.
    pub(crate) const COUNTED: bool = false;

    pub(crate) const fn new() -> Self {
        Holders
    }

    #[inline(always)]
    pub(crate) fn took(&mut self, _: &Who) {}

    #[inline(always)]
    pub(crate) fn granted(&mut self, _: &Who) {}

    #[inline(always)]
    pub(crate) fn gave(&mut self, _: &Who) {}

    #[inline(always)]
    pub(crate) fn about(&mut self, _: usize, _: usize) -> About {
        About
    }
}

#[derive(Clone)]
pub(crate) struct Who;

impl Who {
    #[inline(always)]
    pub(crate) fn new(_: Site) -> Who {
        Who
    }
}

#[inline(always)]
pub(crate) fn for_caller<R>(f: impl FnOnce() -> R) -> R {
    f()
}

#[inline(always)]
pub(crate) fn waiting<T>(
    _: Site,
    _: impl Fn() -> About,
    poll: impl FnMut(&mut Context<'_>) -> Poll<T>,
) -> impl Future<Output = T> {
    poll_fn(poll)
}

#[inline(always)]
pub(crate) fn with_own<R>(cx: &mut Context<'_>, f: impl FnOnce(&mut Context<'_>) -> R) -> R {
    f(cx)
}

#[inline(always)]
pub(crate) fn lend<R>(waker: &Waker, f: impl FnOnce(&mut Context<'_>) -> R) -> R {
    f(&mut Context::from_waker(waker))
}

/// It is not known: as if whatever there is had had its time.
pub(crate) fn outside() -> Outside {
    Outside::Quiet
}

pub(crate) fn nothing_heard() {}

pub(crate) fn forget_outside() {}
