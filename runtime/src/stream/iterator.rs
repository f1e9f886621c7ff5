//! An iterator whose `next` is awaited.

/// An iterator whose `next` is awaited: Python's class with `__anext__`.
///
/// Implementations may write `async fn next(&mut self)`. [`async_for!`](crate::async_for!) goes over one, and so
/// does `while let Some(item) = iterator.next().await`. After `None` it is not asked again by `async_for!`.
///
/// The future of `next` is `Send`, so that generic code can be spawned on any thread:
/// `I: AsyncIterator + Send + 'static` is all that a function has to ask for. An implementation whose future
/// holds something that is not `Send` is refused; what must hold an `Rc` is written with
/// [`stream!`](crate::stream!), whose stream is `Send` if what it holds is.
///
/// # Cancel safety
///
/// That of the implementation. A loop over an iterator that it owns drops the future of `next` only together with
/// the iterator; where the iterator is lent, or `next` is an arm of [`select!`](crate::select!), what a dropped
/// future has taken and not given yet is lost.
///
/// # Examples
///
/// ```
/// use taipan::prelude::*;
///
/// struct Countdown(u32);
///
/// impl AsyncIterator for Countdown {
///     type Item = u32;
///
///     async fn next(&mut self) -> Option<u32> {
///         sleep!(1ms).await;
///         self.0 = self.0.checked_sub(1)?;
///         Some(self.0)
///     }
/// }
///
/// taipan::run(async {
///     let mut seen = Vec::new();
///     async_for!(for n in Countdown(3) {
///         seen.push(n);
///     });
///     assert_eq!(seen, [2, 1, 0]);
/// });
/// ```
#[doc(alias = "__aiter__")]
#[doc(alias = "__anext__")]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an `AsyncIterator`",
    note = "it has an `async fn next(&mut self) -> Option<Self::Item>`"
)]
pub trait AsyncIterator {
    /// What it gives.
    type Item;

    /// Returns a future of the next item, or of `None` after the last one.
    fn next(&mut self) -> impl Future<Output = Option<Self::Item>> + Send;
}

impl<I: AsyncIterator + ?Sized> AsyncIterator for &mut I {
    type Item = I::Item;

    fn next(&mut self) -> impl Future<Output = Option<I::Item>> + Send {
        (**self).next()
    }
}
