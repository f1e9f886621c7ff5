//! A writer with a buffer that is flushed at its exit.

use std::future::poll_fn;
use std::io::{self, IoSlice, SeekFrom};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use futures_io::{AsyncSeek, AsyncWrite};
use futures_lite::io as lite;
use pin_project_lite::pin_project;

use crate::with::{Outcome, Resource};

pin_project! {
    /// Gathers small writes in a buffer, and passes them on in large ones.
    ///
    /// It is a [`Resource`]: its exit flushes, so that what was written reaches the writer beneath, and
    /// gives the error if that fails. That holds *however the body ended*, as with a file in Python: what
    /// was written before a failure or a cancellation is written. To throw it away instead, take the writer
    /// out by [`into_inner`](Self::into_inner). Flushed is not synced: a file may still be in the
    /// system's cache then.
    ///
    /// A `BufWriter` that is dropped without an exit loses what is in its buffer: `drop` cannot wait.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_lite::io::AsyncWriteExt;
    /// use taipan::io::BufWriter;
    /// use taipan::with::try_with;
    ///
    /// fn main() -> std::io::Result<()> {
    ///     taipan::run(async {
    ///         let file = Vec::new(); // or any other writer
    ///         try_with(BufWriter::new(file), async |file| {
    ///             file.write_all(b"one, ").await?;
    ///             file.write_all(b"two").await?;
    ///             assert_eq!(file.buffer(), b"one, two"); // nothing is written yet
    ///             Ok(())
    ///         })
    ///         .await // the error of a write, or of the flush at the exit
    ///     })
    /// }
    /// ```
    #[derive(Debug)]
    #[must_use = "what is in the buffer is lost when it is dropped: give it to `with`, or flush it"]
    pub struct BufWriter<W> {
        #[pin]
        inner: lite::BufWriter<W>,
    }
}

impl<W: AsyncWrite> BufWriter<W> {
    /// Creates a writer with a buffer of 8 KiB.
    pub fn new(inner: W) -> Self {
        BufWriter { inner: lite::BufWriter::new(inner) }
    }

    /// Creates a writer with a buffer of `capacity` bytes. What is not smaller than the buffer goes past it.
    pub fn with_capacity(capacity: usize, inner: W) -> Self {
        BufWriter { inner: lite::BufWriter::with_capacity(capacity, inner) }
    }

    /// Returns the writer beneath.
    #[must_use]
    pub fn get_ref(&self) -> &W {
        self.inner.get_ref()
    }

    /// Returns the writer beneath; what is written to it directly overtakes what is in the buffer.
    #[must_use]
    pub fn get_mut(&mut self) -> &mut W {
        self.inner.get_mut()
    }

    /// Returns what has been written here and not passed on yet.
    #[must_use]
    pub fn buffer(&self) -> &[u8] {
        self.inner.buffer()
    }

    /// Returns the writer beneath; what is in the buffer is lost.
    #[must_use]
    pub fn into_inner(self) -> W {
        self.inner.into_inner()
    }
}

impl<W: AsyncWrite + Send> Resource for BufWriter<W> {
    type Exit = io::Result<()>;

    /// Flushes, whatever the outcome.
    async fn exit(self, _: Outcome) -> io::Result<()> {
        let mut writer = pin!(self.inner);
        poll_fn(|cx| writer.as_mut().poll_flush(cx)).await
    }
}

impl<W: AsyncWrite> AsyncWrite for BufWriter<W> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.project().inner.poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.project().inner.poll_write_vectored(cx, slices)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.project().inner.poll_flush(cx)
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.project().inner.poll_close(cx)
    }
}

/// Flushes before it seeks.
impl<W: AsyncWrite + AsyncSeek> AsyncSeek for BufWriter<W> {
    fn poll_seek(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        to: SeekFrom,
    ) -> Poll<io::Result<u64>> {
        self.project().inner.poll_seek(cx, to)
    }
}
