//! What `select!` asks of the future of an arm; the answer is a warning, or nothing.
//!
//! Stable Rust lets a macro warn only by what is deprecated. So an expansion calls a method that stands here
//! twice: on the probe itself, if the future has the trait that is asked for, and on what the probe derefs to. rustc
//! takes the first that fits, and it warns if that one is deprecated. No call does anything.
//!
//! Where a type is not known yet, rustc takes the first one, and insists on its trait from then on. So the macro
//! asks only of what it can tell to be a call or a variable: their types are known.

use std::marker::PhantomData;
use std::ops::Deref;
use std::pin::Pin;

use futures_lite::{io, stream};

use crate::group::Child;
use crate::sync::oneshot;
use crate::time::Sleep;
use crate::{CancelUnsafe, Task, ToThread};

/// The future of an arm, which is dropped if the arm loses.
#[derive(Debug)]
pub struct Owned<F>(PhantomData<fn(F)>);

/// Of a future that is not [`CancelUnsafe`].
#[derive(Debug)]
pub struct LosesNothing;

impl<F> Owned<F> {
    #[inline]
    #[must_use]
    pub fn new(_: &F) -> Self {
        Owned(PhantomData)
    }
}

impl<F: CancelUnsafe> Owned<F> {
    #[deprecated(
        note = "this future loses data when it is dropped, as it is if another arm wins: keep it outside of the loop and \
                pass `&mut future`, or say that the loss is meant: `taipan::cancel_unsafe(future)`"
    )]
    #[inline]
    pub fn loses_data(&self) {}
}

impl LosesNothing {
    #[inline]
    pub fn loses_data(&self) {}
}

impl<F> Deref for Owned<F> {
    type Target = LosesNothing;

    fn deref(&self) -> &LosesNothing {
        &LosesNothing
    }
}

/// The future of an arm `&mut future`, which rests while the body of another arm awaits.
#[derive(Debug)]
pub struct Kept<F>(PhantomData<fn(F)>);

/// Of a future that is not [`MayRest`].
#[derive(Debug)]
pub struct StandsStill;

impl<F> Kept<F> {
    #[inline]
    #[must_use]
    pub fn new(_: &F) -> Self {
        Kept(PhantomData)
    }
}

impl<F: MayRest> Kept<F> {
    #[inline]
    pub fn rests(&self) {}
}

impl StandsStill {
    #[deprecated(
        note = "this future stands still while another arm's body awaits; if it holds a lock then, or is the next in \
                line for one, that body may wait for it forever: spawn it and pass `&mut task`, or await in an arm instead of in a body"
    )]
    #[inline]
    pub fn rests(&self) {}
}

impl<F> Deref for Kept<F> {
    type Target = StandsStill;

    fn deref(&self) -> &StandsStill {
        &StandsStill
    }
}

/// A future that can be left alone: it runs elsewhere, or nobody waits for anything that it holds.
pub trait MayRest {}

impl<F: MayRest + ?Sized> MayRest for &mut F {}
impl<F: MayRest + ?Sized> MayRest for Box<F> {}
impl<P: Deref<Target: MayRest>> MayRest for Pin<P> {}

impl<T> MayRest for Task<T> {}
impl<T> MayRest for Child<T> {}
impl<F, T> MayRest for ToThread<F, T> {}
impl<T> MayRest for oneshot::Receiver<T> {}
impl MayRest for Sleep {}
impl<T> MayRest for std::future::Ready<T> {}
impl<T> MayRest for std::future::Pending<T> {}

// As the warning above tells people to keep them.
impl<R: Unpin + ?Sized> MayRest for io::ReadExactFuture<'_, R> {}
impl<R: Unpin + ?Sized> MayRest for io::ReadLineFuture<'_, R> {}
impl<R: Unpin + ?Sized> MayRest for io::ReadToStringFuture<'_, R> {}
impl<W: Unpin + ?Sized> MayRest for io::WriteAllFuture<'_, W> {}
impl<S, C> MayRest for stream::CollectFuture<S, C> {}
