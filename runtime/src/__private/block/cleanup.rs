//! The cleanup of `finally!`.
//!
//! As with a resource, what is wrong is told of once: what [`cleanup`] gives stays unknown then.

use std::fmt;

use crate::with::{Exit, Outcome, Resource};

/// A cleanup, as a resource.
pub struct Cleanup<C>(C);

impl<C> fmt::Debug for Cleanup<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cleanup")
    }
}

impl<C, F> Resource for Cleanup<C>
where
    C: FnOnce(Outcome) -> F,
    F: Future<Output: Exit> + Send,
{
    type Exit = F::Output;

    fn exit(self, outcome: Outcome) -> impl Future<Output = F::Output> + Send {
        (self.0)(outcome)
    }

    fn type_name() -> &'static str {
        std::any::type_name::<C>()
    }
}

/// What a cleanup makes: a future of an `X`.
#[diagnostic::on_unimplemented(
    message = "the cleanup is not async: it gives `{Self}`, which is no future",
    label = "an async closure is wanted here",
    note = "write `async move |outcome| {{ .. }}`"
)]
pub trait Async<X> {}

#[diagnostic::do_not_recommend]
impl<F: Future<Output = X>, X> Async<X> for F {}

/// What a cleanup gives: what can go wrong in it is an `E`.
#[diagnostic::on_unimplemented(
    message = "a cleanup gives `()` or a `Result<(), _>`, and this one gives `{Self}`",
    label = "the value of this cleanup would be lost",
    note = "end it with a semicolon; or with `?` and `Ok(())`, if it can fail"
)]
pub trait Ends<E> {}

#[diagnostic::do_not_recommend]
impl<X: Exit<Error = E>, E> Ends<E> for X {}

/// (In a trait, so that rustc cannot name the cleanup without knowing what it gives.)
pub trait Held<C> {
    type As;

    fn hold(cleanup: C) -> Self::As;
}

impl<C, E> Held<C> for E {
    type As = Cleanup<C>;

    fn hold(cleanup: C) -> Cleanup<C> {
        Cleanup(cleanup)
    }
}

/// The cleanup of `finally!`, as a resource.
pub fn cleanup<C, F, X, E, R>(cleanup: C) -> R
where
    C: FnOnce(Outcome) -> F + Send + 'static, // it may run on another thread, and outlive the function
    F: Async<X> + Send + 'static,
    X: Ends<E>,
    E: Held<C, As = R>,
{
    E::hold(cleanup)
}
