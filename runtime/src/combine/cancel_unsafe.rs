//! Futures that lose data when they are dropped half-way: told by their types.
//!
//! The list is of what is *not* safe. A list of what is safe would have to hold every `async fn`, since their
//! types say nothing. It stands here, at the futures that [`select!`](crate::select!) drops, and not at the
//! modules that make such futures: most of them are those of `futures-lite`, which this crate's readers and writers
//! are used with.

use futures_lite::{io, stream};

/// Marks a future that loses data when it is dropped half-way: what it has read, or how much it has written, is
/// known to itself only.
///
/// [`select!`](crate::select!) drops the futures that lose. So an arm that is a call which makes such a future gives a
/// warning, which names both remedies: keep the future outside of the loop and pass `&mut future`, or say by
/// [`cancel_unsafe`] that the loss is meant. Nothing else changes: the trait has no methods, and costs nothing
/// at run time.
///
/// It is implemented for those futures of `futures-lite` that lose what they have read, written or collected:
/// `read_exact`, `read_line`, `read_to_string`, `write_all`, and `collect`, `fold`, `count` and their kin.
/// (`read_until` and `read_to_end` leave what they have read in the caller's buffer, where the next call
/// goes on; keep that outside of the loop.) Implement it for futures of your own; a function may promise it, as in
/// `-> impl Future<Output = Frame> + CancelUnsafe`. Not seen is an `async fn` that awaits one of them inside.
///
/// # Examples
///
/// ```
/// use futures_lite::io::{AsyncRead, AsyncReadExt};
/// use taipan::prelude::*;
/// use taipan::{CancelUnsafe, cancel_unsafe};
///
/// /// Reads the head of a frame.
/// fn read_head<'a>(
///     source: &'a mut (impl AsyncRead + Unpin),
///     head: &'a mut [u8; 4],
/// ) -> impl Future<Output = std::io::Result<()>> + CancelUnsafe {
///     source.read_exact(head)
/// }
///
/// async fn first(mut source: impl AsyncRead + Unpin) -> taipan::Result<[u8; 4]> {
///     let mut head = [0; 4];
///     select!(match (read = cancel_unsafe(read_head(&mut source, &mut head)), late = sleep!(10s)) {
///         read(result) => result?,
///         late => return Err("too late".into()), // the source goes, so that nothing is missed
///     });
///     Ok(head)
/// }
///
/// taipan::run(async {
///     assert_eq!(first(&b"head and body"[..]).await.unwrap(), *b"head");
/// });
/// ```
#[doc(alias = "CancelSafe")]
pub trait CancelUnsafe {}

/// Takes a future as an arm of [`select!`](crate::select!) although it loses data when it is dropped: the loss is
/// meant.
///
/// It is the future itself; only its type does not say any more that it is [`CancelUnsafe`].
///
/// # Cancel safety
///
/// That of the future: see [`CancelUnsafe`].
///
/// # Examples
///
/// See [`CancelUnsafe`].
#[must_use = "futures do nothing unless awaited: give it to `select!`"]
pub fn cancel_unsafe<F: IntoFuture>(future: F) -> impl Future<Output = F::Output> {
    future.into_future()
}

// What was read goes with the future, or nobody knows how much it was.
impl<R: Unpin + ?Sized> CancelUnsafe for io::ReadExactFuture<'_, R> {}
impl<R: Unpin + ?Sized> CancelUnsafe for io::ReadLineFuture<'_, R> {}
impl<R: Unpin + ?Sized> CancelUnsafe for io::ReadToStringFuture<'_, R> {}

// Nobody knows how much was written.
impl<W: Unpin + ?Sized> CancelUnsafe for io::WriteAllFuture<'_, W> {}

// What was collected goes with the future.
impl<S, C> CancelUnsafe for stream::CollectFuture<S, C> {}
impl<S, C> CancelUnsafe for stream::TryCollectFuture<S, C> {}
impl<S, P, B> CancelUnsafe for stream::PartitionFuture<S, P, B> {}
impl<S, A, B> CancelUnsafe for stream::UnzipFuture<S, A, B> {}
impl<S, F, T> CancelUnsafe for stream::FoldFuture<S, F, T> {}
impl<S, F, T> CancelUnsafe for stream::TryFoldFuture<'_, S, F, T> {}
impl<S: ?Sized> CancelUnsafe for stream::CountFuture<S> {}
