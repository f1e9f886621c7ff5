//! A connection in memory.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_io::{AsyncRead, AsyncWrite};

use super::pipe::Pipe;

/// Returns the two ends of a connection in memory: what is written to one is read from the other.
///
/// For tests of protocols without a network: it needs no reactor, only wakers, so that it works in virtual time and
/// outside a runtime. In each direction up to `capacity` bytes may be on their way; then a write waits until some
/// are read. A small capacity shows whether a protocol copes with what comes in pieces.
///
/// # Panics
///
/// Panics if `capacity` is 0: nothing would ever pass.
///
/// # Examples
///
/// ```
/// use futures_lite::io::{AsyncReadExt, AsyncWriteExt};
/// use taipan::gather;
///
/// taipan::run(async {
///     let (mut client, mut server) = taipan::io::duplex(4);
///     let ask = async {
///         client.write_all(b"a long question").await.unwrap(); // in four pieces
///         client.close().await.unwrap();
///         let mut answer = String::new();
///         client.read_to_string(&mut answer).await.unwrap();
///         answer
///     };
///     let serve = async {
///         let mut question = String::new();
///         server.read_to_string(&mut question).await.unwrap();
///         server.write_all(b"a short answer").await.unwrap();
///         drop(server);
///     };
///     let (answer, ()) = gather!(ask, serve).await;
///     assert_eq!(answer, "a short answer");
/// });
/// ```
#[doc(alias = "socketpair")]
#[doc(alias = "memory_stream_pair")]
#[doc(alias = "MemoryStream")]
#[track_caller]
#[must_use = "a connection is closed when its ends are dropped"]
pub fn duplex(capacity: usize) -> (DuplexStream, DuplexStream) {
    assert!(capacity > 0, "a duplex with a capacity of 0 would never pass a byte");
    let (there, back) = (Arc::new(Pipe::new(capacity)), Arc::new(Pipe::new(capacity)));
    let end = |from: &Arc<Pipe>, to: &Arc<Pipe>| DuplexStream {
        from: Arc::clone(from),
        to: Arc::clone(to),
    };
    (end(&back, &there), end(&there, &back))
}

/// One end of a connection in memory: made by [`duplex`].
///
/// Closed, it can still be read from: the peer reads to the end, and may answer. Dropped, it is closed both ways:
/// what the peer writes from then on fails with [`BrokenPipe`](io::ErrorKind::BrokenPipe), and so does a write that
/// is waiting. What was written before is read, and then the end.
///
/// A shared reference reads and writes as well, so that one task can read while another writes. Several tasks may
/// read, or write, at once: each byte goes to one of them, and only what fits into one call stays together.
///
/// # Cancel safety
///
/// A `read` or a `write` that is dropped while it waits has moved no byte. Calls that are made of several
/// (`read_exact`, `read_to_end`, `write_all`) lose count of those that they had moved.
///
/// # Examples
///
/// ```
/// use futures_lite::io::{AsyncReadExt, AsyncWriteExt};
///
/// taipan::run(async {
///     let (mut near, far) = taipan::io::duplex(64);
///     (&far).write_all(b"bye").await.unwrap();
///     drop(far);
///     let mut rest = Vec::new();
///     near.read_to_end(&mut rest).await.unwrap();
///     assert_eq!(rest, b"bye");
///     let error = near.write(b"hello?").await.unwrap_err();
///     assert_eq!(error.kind(), std::io::ErrorKind::BrokenPipe);
/// });
/// ```
pub struct DuplexStream {
    from: Arc<Pipe>,
    to: Arc<Pipe>,
}

impl Drop for DuplexStream {
    fn drop(&mut self) {
        self.to.end();
        self.from.abandon();
    }
}

impl AsyncRead for &DuplexStream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        self.from.poll_read(cx, into).map(Ok)
    }
}

impl AsyncWrite for &DuplexStream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.to.poll_write(cx, bytes)
    }

    /// What is written is there to be read: there is nothing to flush.
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.to.end();
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for DuplexStream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut &*self).poll_read(cx, into)
    }
}

impl AsyncWrite for DuplexStream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut &*self).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut &*self).poll_flush(cx)
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut &*self).poll_close(cx)
    }
}

impl fmt::Debug for DuplexStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DuplexStream")
            .field("readable", &self.from.len())
            .field("written", &self.to.len())
            .field("closed", &self.to.has_ended())
            .finish_non_exhaustive()
    }
}
