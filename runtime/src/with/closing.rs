//! A resource made of anything.

use std::fmt;
use std::ops::{Deref, DerefMut};

use super::{Exit, Outcome, Resource};

/// Makes a resource of `value`: `exit` is its async exit. It is used as the value itself.
///
/// # Examples
///
/// ```
/// use taipan::with::{closing, with};
///
/// taipan::run(async {
///     let (tx, rx) = std::sync::mpsc::channel();
///     let tx = closing(tx, |tx| async move { tx.send("closed").unwrap() });
///     with(tx, async |tx| tx.send("used").unwrap()).await;
///     assert_eq!(rx.try_iter().collect::<Vec<_>>(), ["used", "closed"]);
/// });
/// ```
#[doc(alias = "aclosing")]
#[doc(alias = "asynccontextmanager")]
pub fn closing<T, X, F>(value: T, exit: X) -> Closing<T, X, F>
where
    X: FnOnce(T) -> F,
    F: Future<Output: Exit> + Send,
{
    Closing { value, exit, call: |exit, value, _| exit(value) }
}

/// As [`closing`], for an exit that is told how the body ended.
///
/// # Examples
///
/// ```
/// use taipan::with::{Outcome, closing_with, with};
///
/// taipan::run(async {
///     let (tx, rx) = std::sync::mpsc::channel();
///     let tx = closing_with(tx, |tx, outcome| async move { tx.send(outcome).unwrap() });
///     with(tx, async |_| ()).await;
///     assert_eq!(rx.try_recv(), Ok(Outcome::Returned));
/// });
/// ```
pub fn closing_with<T, X, F>(value: T, exit: X) -> Closing<T, X, F>
where
    X: FnOnce(T, Outcome) -> F,
    F: Future<Output: Exit> + Send,
{
    Closing { value, exit, call: |exit, value, outcome| exit(value, outcome) }
}

/// Resource of [`closing`].
#[must_use = "a resource's exit runs only if it is given to `with`"]
pub struct Closing<T, X, F> {
    value: T,
    exit: X,
    /// It brings what is known of `X` from where it was made: asked again while rustc looks whether a task is
    /// `Send`, where it forgets lifetimes, a closure over a `&'static str` would be none.
    call: fn(X, T, Outcome) -> F,
}

impl<T, X, F> Deref for Closing<T, X, F> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T, X, F> DerefMut for Closing<T, X, F> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T: fmt::Debug, X, F> fmt::Debug for Closing<T, X, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Closing").field(&self.value).finish()
    }
}

impl<T: fmt::Display, X, F> fmt::Display for Closing<T, X, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<T, X, F> Resource for Closing<T, X, F>
where
    F: Future<Output: Exit> + Send,
{
    type Exit = F::Output;

    fn exit(self, outcome: Outcome) -> impl Future<Output = F::Output> + Send {
        (self.call)(self.exit, self.value, outcome)
    }

    fn type_name() -> &'static str {
        std::any::type_name::<T>()
    }
}
