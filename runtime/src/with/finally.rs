//! A cleanup without a resource.

use super::{Exit, Outcome, closing_with, with};

/// Runs `body`, and then `cleanup`, whatever becomes of the body: `try .. finally`.
///
/// What the cleanup needs, it owns. It is told how the body ended; of an `Err` it is told nothing, since
/// that is a value like any other: see [`try_with`](super::try_with).
///
/// # Cancel safety
///
/// Dropped before its first poll, nothing runs. Dropped later, the body stops, and the enclosing scope
/// waits for the cleanup.
///
/// # Examples
///
/// ```
/// use taipan::with::{Outcome, finally};
///
/// taipan::run(async {
///     let (log, entries) = std::sync::mpsc::channel();
///     let answer = finally(async { 42 }, |outcome| async move { log.send(outcome).unwrap() });
///     assert_eq!(answer.await, 42);
///     assert_eq!(entries.recv(), Ok(Outcome::Returned));
/// });
/// ```
#[doc(alias = "try")]
pub async fn finally<B, C, F>(body: B, cleanup: C) -> <F::Output as Exit>::Of<B::Output>
where
    B: Future,
    C: FnOnce(Outcome) -> F + Send + 'static,
    F: Future<Output: Exit> + Send + 'static,
{
    let cleanup = closing_with(cleanup, |cleanup, outcome| cleanup(outcome));
    with(cleanup, async move |_: &mut _| body.await).await
}
