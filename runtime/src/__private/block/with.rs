//! `with!` and `finally!`.
//!
//! Each resource is a level, with a body of its own. The error of an exit takes the place of the value, of a
//! `return` and of a jump; and the levels give one `Result` together, not one in the other.

use std::fmt;
use std::marker::PhantomData;
use std::thread;

use super::flow::{Block, Failed, Flow, Slot, absent};
use crate::scope::Cleanups;
use crate::with::{Body, Exit, Guard, Joins, Outcome, Resource, closing_with, report_lost};

/// A resource in use.
pub struct Entered<R: Resource + Send + 'static>(Guard<R>);

impl<R: Resource + Send + 'static> fmt::Debug for Entered<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Entered")
    }
}

/// Where a body leaves what is left of it.
pub struct Inner<'a>(&'a mut Cleanups);

impl fmt::Debug for Inner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Inner")
    }
}

/// Takes a resource into use.
pub fn enter<R>(resource: R) -> Entered<R>
where
    R: Resource,
    R: Send,    // the exit may run on another thread
    R: 'static, // and it may outlive the function: what it needs, it owns
{
    Entered(Guard::new(resource))
}

/// The cleanup of `finally!`, as a resource.
pub fn cleanup<C, F>(cleanup: C) -> impl Resource<Exit = F::Output> + Send + 'static
where
    C: FnOnce(Outcome) -> F + Send + 'static,
    F: Future<Output: Exit> + Send + 'static,
{
    // Not the resource of nothing: reports call it by the type of the value.
    closing_with(cleanup, |cleanup, outcome| cleanup(outcome))
}

/// The value that the level of the innermost resource will have, where none is ever needed.
pub fn expect_value<R, T>(_: &Entered<R>, _: &Slot<T>) -> <R::Exit as Exit>::Of<T>
where
    R: Resource + Send + 'static,
{
    absent()
}

/// The resource for the body, and where the body leaves what is left of it.
pub fn open<R: Resource + Send + 'static>(entered: &mut Entered<R>) -> (&mut R, Inner<'_>) {
    let (resource, inner) = entered.0.open();
    (resource, Inner(inner))
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

impl<X: Exit> Inside<X> {
    pub fn new() -> Inside<X> {
        Inside(PhantomData)
    }

    /// It is what one exit gives.
    pub fn is<R: Resource<Exit = X> + Send + 'static>(&self, _: &Entered<R>) {}
}

impl<X> fmt::Debug for Inside<X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Inside")
    }
}

/// What is outside the level of a resource that has others inside: what all of their exits give together.
pub fn joined<R, X>(_: &Inside<<R::Exit as Joins<X>>::Both>, _: &Entered<R>, _: &Inside<X>)
where
    R: Resource<Exit: Joins<X>> + Send + 'static,
    X: Exit,
{
}

/// As [`expect_value`], of a resource that has others inside.
pub fn expect_outer<R, T, V>(_: &Entered<R>, _: &Slot<T>) -> V
where
    R: Resource<Exit: Expects<T, V>> + Send + 'static,
{
    absent()
}

/// What is expected of the level inside, a `T`, if a `V` is expected of an exit of this type.
pub trait Expects<T, V> {}

/// It changes nothing.
impl<T> Expects<T, T> for () {}

/// It makes a `Result`, of what may have been one before.
impl<T, V, E> Expects<T, V> for Result<(), E> {}

/// Runs the exit of the innermost resource.
pub async fn leave<R, T, O>(
    entered: Entered<R>,
    ended: thread::Result<Flow<T, O>>,
    outcome: Outcome,
    outside: Option<&Failed>,
) -> Flow<<R::Exit as Exit>::Of<T>, O>
where
    R: Resource + Send + 'static,
{
    let (flow, exit) = crate::with::leave(entered.0, ended, outcome).await;
    match end(exit, outcome, outside) {
        Ok(()) => flow.map(|value| R::Exit::of(Ok(value))),
        Err(error) => Flow::Value(R::Exit::of(Err(error))),
    }
}

/// Runs the exit of a resource around others, whose exits have run.
pub async fn leave_outer<R, X, T, O>(
    entered: Entered<R>,
    ended: thread::Result<Flow<X::Of<T>, O>>,
    outcome: Outcome,
    outside: Option<&Failed>,
    _: Inside<X>,
) -> Flow<<<R::Exit as Joins<X>>::Both as Exit>::Of<T>, O>
where
    R: Resource<Exit: Joins<X>> + Send + 'static,
    X: Exit,
{
    let (flow, exit) = crate::with::leave(entered.0, ended, outcome).await;
    let of = <<R::Exit as Joins<X>>::Both as Exit>::of;
    match end(exit, outcome, outside) {
        Ok(()) => flow.map(|value| of(X::result_of(value).map_err(<R::Exit as Joins<X>>::inner))),
        Err(error) => Flow::Value(of(Err(<R::Exit as Joins<X>>::outer(error)))),
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
