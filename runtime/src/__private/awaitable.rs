//! What may stand as an argument of `gather!` and its like, in our words.
//!
//! A message of our own comes only from the plain bound of a trait with parameters. That rustc adds none
//! of its own is the work of [`Argument`].

use crate::combine::list::{Argument, Try};
use crate::waits::for_caller;

/// What can be awaited, as `Fut`, which gives a `T`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a future",
    label = "this argument cannot be awaited",
    note = "futures are wanted here, as in `gather!(fetch(a), fetch(b))`",
    note = "to run a blocking call beside others, wrap it: `to_thread(|| ..)`"
)]
pub trait Awaitable<Fut, T> {
    fn into_argument(self) -> Argument<Fut, T>;
}

#[diagnostic::do_not_recommend]
impl<F, Fut, T> Awaitable<Fut, T> for F
where
    F: IntoFuture<Output = T, IntoFuture = Fut>,
    Fut: Future<Output = T>,
{
    #[cfg_attr(debug_assertions, track_caller)]
    fn into_argument(self) -> Argument<Fut, T> {
        Argument::new(self.into_future())
    }
}

/// The same, of an argument that ends in `.await`: hardly ever is its output a future again.
#[diagnostic::on_unimplemented(
    message = "this argument was already awaited: it is `{Self}`, not a future",
    label = "remove the `.await`: the macro runs its arguments concurrently"
)]
pub trait NotYetAwaited<Fut, T> {
    fn into_argument(self) -> Argument<Fut, T>;
}

#[diagnostic::do_not_recommend]
impl<F, Fut, T> NotYetAwaited<Fut, T> for F
where
    F: IntoFuture<Output = T, IntoFuture = Fut>,
    Fut: Future<Output = T>,
{
    #[cfg_attr(debug_assertions, track_caller)]
    fn into_argument(self) -> Argument<Fut, T> {
        Argument::new(self.into_future())
    }
}

/// What gives a `Result` when it is awaited.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a future of a `Result`",
    label = "this argument gives no `Result`",
    note = "`try_gather!` and `race_ok!` take futures of a `Result`; `gather!` and `race!` take any",
    note = "what cannot fail can be wrapped: `async {{ Ok(fetch(a).await) }}`"
)]
pub trait Fallible<Fut, T, E> {
    fn into_argument(self) -> Try<Fut, T, E>;
}

#[diagnostic::do_not_recommend]
impl<F, Fut, T, E> Fallible<Fut, T, E> for F
where
    F: IntoFuture<Output = Result<T, E>, IntoFuture = Fut>,
    Fut: Future<Output = Result<T, E>>,
{
    #[cfg_attr(debug_assertions, track_caller)]
    fn into_argument(self) -> Try<Fut, T, E> {
        Argument::new(self.into_future())
    }
}

/// An argument of `gather!` or `race!`.
#[cfg_attr(debug_assertions, track_caller)]
pub fn argument<F: Awaitable<Fut, T>, Fut, T>(argument: F) -> Argument<Fut, T> {
    argument.into_argument()
}

/// An argument of `try_gather!` or `race_ok!`.
#[cfg_attr(debug_assertions, track_caller)]
pub fn try_argument<F: Fallible<Fut, T, E>, Fut, T, E>(argument: F) -> Try<Fut, T, E> {
    argument.into_argument()
}

/// An argument that ends in `.await`.
#[cfg_attr(debug_assertions, track_caller)]
pub fn not_awaited<F: NotYetAwaited<Fut, T>, Fut, T>(argument: F) -> Argument<Fut, T> {
    argument.into_argument()
}

/// The argument of `gather!(..iter)` or `race!(..iter)`.
#[cfg_attr(debug_assertions, track_caller)]
pub fn arguments<I, F, Fut, T>(arguments: I) -> Vec<Argument<Fut, T>>
where
    I: IntoIterator<Item = F>,
    F: Awaitable<Fut, T>,
{
    for_caller(|| arguments.into_iter().map(Awaitable::into_argument).collect())
}

/// The argument of `try_gather!(..iter)` or `race_ok!(..iter)`.
#[cfg_attr(debug_assertions, track_caller)]
pub fn try_arguments<I, F, Fut, T, E>(arguments: I) -> Vec<Try<Fut, T, E>>
where
    I: IntoIterator<Item = F>,
    F: Fallible<Fut, T, E>,
{
    for_caller(|| arguments.into_iter().map(Fallible::into_argument).collect())
}
