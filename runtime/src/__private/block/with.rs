//! `with!` and `finally!`.
//!
//! Each resource is a level, with a body of its own. The error of an exit takes the place of the value, of a
//! `return` and of a jump; and the levels give one `Result` together, not one in the other.

use std::fmt;
use std::marker::PhantomData;
use std::thread;

use super::enter::Entered;
use super::flow::{Block, Failed, Flow, Slot, absent};
use crate::scope::Cleanups;
use crate::with::{Body, Exit, Joins, Outcome, Resource, report_lost};

/// Where a body leaves what is left of it.
pub struct Inner<'a>(pub(super) &'a mut Cleanups);

impl fmt::Debug for Inner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Inner")
    }
}

/// The value that the level of the innermost resource will have, where none is ever needed.
pub fn expect_value<R: Resource + Send + 'static, T>(
    _: &Entered<R>,
    _: &Slot<T>,
) -> <R::Exit as Exit>::Of<T> {
    absent()
}

/// Runs the body; its panic comes out as `Err`.
pub fn used<F: Future, T>(
    block: Block<'_, F, T>,
    inner: Inner<'_>,
) -> impl Future<Output = thread::Result<Flow<T, F::Output>>> {
    Body::new(block, inner.0)
}

/// What the exits inside a body give together: a type, known once they are.
pub struct Inside<X>(PhantomData<fn() -> X>);

impl<X> Inside<X> {
    pub fn new() -> Inside<X> {
        Inside(PhantomData)
    }

    /// It is what one exit gives.
    pub fn is<R: Resource<Exit = X> + Send + 'static>(&self, _: &Entered<R>) {}

    /// Joins these exits with that of the resource around. Asked of the exits here only, so that what does
    /// not convert is told of once.
    pub fn join<R: Resource + Send + 'static, Both: Exit>(
        &self,
        _: &Entered<R>,
    ) -> Join<R::Exit, X, Both>
    where
        X: Exit,
        R::Exit: Joins<X, Both = Both>,
    {
        Join { outer: R::Exit::outer, inner: R::Exit::inner }
    }

    /// It is what all exits of a level give, which has others inside.
    pub fn are<Y: Exit, Z: Exit>(&self, _: &Join<Y, Z, X>)
    where
        X: Exit,
    {
    }
}

impl<X> fmt::Debug for Inside<X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Inside")
    }
}

/// How the errors of the exits outside, of an `X`, and of those inside, of a `Y`, become that of both.
pub struct Join<X: Exit, Y: Exit, Both: Exit> {
    outer: fn(X::Error) -> Both::Error,
    inner: fn(Y::Error) -> Both::Error,
}

impl<X: Exit, Y: Exit, Both: Exit> fmt::Debug for Join<X, Y, Both> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Join")
    }
}

/// As [`expect_value`], of a resource that has others inside.
pub fn expect_outer<R: Resource<Exit: Expects<T, V>> + Send + 'static, T, V>(
    _: &Entered<R>,
    _: &Slot<T>,
) -> V {
    absent()
}

/// What is expected of the level inside, a `T`, if a `V` is expected of an exit of this type.
pub trait Expects<T, V> {}

/// It changes nothing.
impl<T> Expects<T, T> for () {}

/// It makes a `Result`, of what may have been one before.
impl<T, V, E> Expects<T, V> for Result<(), E> {}

/// Runs the exit of the innermost resource.
pub async fn leave<R: Resource + Send + 'static, T, O>(
    held: Entered<R>,
    ended: thread::Result<Flow<T, O>>,
    outcome: Outcome,
    outside: Option<&Failed>,
) -> Flow<<R::Exit as Exit>::Of<T>, O> {
    let (flow, exit) = crate::with::leave(held.0, ended, outcome).await;
    match end(exit, outcome, outside) {
        Ok(()) => flow.map(|value| R::Exit::of(Ok(value))),
        Err(error) => Flow::Value(R::Exit::of(Err(error))),
    }
}

/// Runs the exit of a resource around others, whose exits have run.
pub async fn leave_outer<R: Resource + Send + 'static, Y: Exit, Both: Exit, T, O>(
    held: Entered<R>,
    ended: thread::Result<Flow<Y::Of<T>, O>>,
    outcome: Outcome,
    outside: Option<&Failed>,
    join: Join<R::Exit, Y, Both>,
) -> Flow<Both::Of<T>, O> {
    let (flow, exit) = crate::with::leave(held.0, ended, outcome).await;
    match end(exit, outcome, outside) {
        Ok(()) => flow.map(|value| Both::of(Y::result_of(value).map_err(join.inner))),
        Err(error) => Flow::Value(Both::of(Err((join.outer)(error)))),
    }
}

/// What went wrong in the exit, if somebody can receive it: after a failure nobody can.
fn end<X: Exit>(exit: X, outcome: Outcome, outside: Option<&Failed>) -> Result<(), X::Error> {
    let failed = outcome == Outcome::Failed;
    let result = if failed {
        report_lost(None, exit);
        Ok(())
    } else {
        exit.into_result()
    };
    if let Some(outside) = outside.filter(|_| failed || result.is_err()) {
        outside.set();
    }
    result
}
