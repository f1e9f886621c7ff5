//! `with` and `try_with`.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::thread;

use super::guard::{Body, Guard};
use super::resource::report_lost;
use super::{Exit, ExitInto, Outcome, Resource, Shield};
use crate::scope::Cleanups;

/// Runs `body` with a resource, and then the resource's exit, whatever becomes of the body.
///
/// The value is the body's; if the exit can fail, a `Result` of it with the exit's error. A body that
/// panics goes on panicking after the exit. See [the module](super#what-holds-and-what-does-not) for the rules.
///
/// # Cancel safety
///
/// Dropped before its first poll, `with` drops the resource as a plain value. Dropped later, it stops the
/// body, and the enclosing scope waits for the exit, which is told [`Outcome::Cancelled`].
///
/// # Examples
///
/// ```
/// use taipan::with::{closing, with};
///
/// taipan::run(async {
///     let (log, entries) = std::sync::mpsc::channel();
///     let file = closing(log, |log| async move { log.send("closed").unwrap() });
///     let answer = with(file, async |log| {
///         log.send("written").unwrap();
///         42
///     });
///     assert_eq!(answer.await, 42);
///     assert_eq!(entries.try_iter().collect::<Vec<_>>(), ["written", "closed"]);
/// });
/// ```
#[doc(alias = "async with")]
pub async fn with<R, B, T>(resource: R, body: B) -> <R::Exit as Exit>::Of<T>
where
    R: Resource + Send + 'static,
    B: AsyncFnOnce(&mut R) -> T,
{
    let (value, exit) = used(resource, body, |_| Outcome::Returned).await;
    R::Exit::of(exit.into_result().map(|()| value))
}

/// As [`with`], for a body that can fail: its exit is told [`Outcome::Failed`] of an `Err`.
///
/// # Errors
///
/// The body's error; or, if the body gave `Ok`, the exit's. The exit's error of a body that failed is
/// reported to the error hook.
///
/// # Cancel safety
///
/// As that of [`with`].
///
/// # Examples
///
/// ```
/// use taipan::with::{Outcome, Resource, try_with};
///
/// struct Transaction;
///
/// impl Resource for Transaction {
///     type Exit = ();
///
///     async fn exit(self, outcome: Outcome) {
///         assert_eq!(outcome, Outcome::Failed); // so it rolls back
///     }
/// }
///
/// taipan::run(async {
///     let result = try_with(Transaction, async |_| "nine".parse::<u32>()).await;
///     assert!(result.is_err());
/// });
/// ```
pub async fn try_with<R, B, T, E>(resource: R, body: B) -> Result<T, E>
where
    R: Resource<Exit: ExitInto<E>> + Send + 'static,
    B: AsyncFnOnce(&mut R) -> Result<T, E>,
{
    let told = |result: &Result<T, E>| match result {
        Ok(_) => Outcome::Returned,
        Err(_) => Outcome::Failed,
    };
    let (result, exit) = used(resource, body, told).await;
    match result {
        Ok(value) => exit.exit_into().map(|()| value),
        Err(error) => {
            report_lost(None, exit);
            Err(error)
        }
    }
}

/// Runs the body, and then the exit, which is told `outcome` of the body's value.
async fn used<R, B, T>(resource: R, body: B, outcome: fn(&T) -> Outcome) -> (T, R::Exit)
where
    R: Resource + Send + 'static,
    B: AsyncFnOnce(&mut R) -> T,
{
    let mut guard = Guard::new(resource);
    let ended = {
        let (resource, inner) = guard.open();
        Body::new(body(resource), inner).await
    };
    let outcome = ended.as_ref().map_or(Outcome::Panicked, outcome);
    leave(guard, ended, outcome).await
}

/// Runs the exit after the body, and gives what both gave. A panic goes on when the exit has run: the body's
/// before the exit's.
pub(crate) async fn leave<R, T>(
    guard: Guard<R>,
    ended: thread::Result<T>,
    outcome: Outcome,
) -> (T, R::Exit)
where
    R: Resource + Send + 'static,
{
    // Should this be dropped while the exit runs, a panic under way moves up as what is left of the exit does.
    let mut under_way = Cleanups::default();
    let value = ended.map_err(|payload| under_way.fail(payload)).ok();
    let exited = exit(guard, outcome).await;
    match (value, under_way.settle().await, exited) {
        (Some(value), Ok(()), Ok(exit)) => (value, exit),
        (_, Ok(()), Err(payload)) => resume_unwind(payload),
        (_, Err(payload), exited) => {
            if let Ok(exit) = exited {
                report_lost(None, exit);
            }
            resume_unwind(payload)
        }
        (None, Ok(()), Ok(_)) => unreachable!("without a value there is a panic"),
    }
}

/// Runs the exit in place; dropped meanwhile, it goes on where it is awaited then.
async fn exit<R: Resource + Send + 'static>(
    guard: Guard<R>,
    outcome: Outcome,
) -> thread::Result<R::Exit> {
    let (resource, host) = guard.close();
    let lost: fn(R::Exit) = |exit| report_lost(None, exit);
    Caught(Shield::begun(async move { resource.exit(outcome).await }, host, lost)).await
}

/// A shielded exit whose panic comes out as `Err`.
struct Caught<T>(Shield<T>);

impl<T> Future for Caught<T> {
    type Output = thread::Result<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match catch_unwind(AssertUnwindSafe(|| Pin::new(&mut self.0).poll(cx))) {
            Ok(polled) => polled.map(Ok),
            Err(payload) => Poll::Ready(Err(payload)),
        }
    }
}
