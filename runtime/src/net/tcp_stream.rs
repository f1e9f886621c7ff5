//! A connection.

use std::fmt;
use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::net::{self, Shutdown, SocketAddr};
#[cfg(unix)]
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};
#[cfg(windows)]
use std::os::windows::io::{AsRawSocket, AsSocket, BorrowedSocket, RawSocket};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_io::{AsyncRead, AsyncWrite};

use super::address::{ToSocketAddrs, look_up, no_address};
use super::connect::connect;
use super::{poller, waiting};
use crate::poller::{Direction, Watched};
use crate::waits::Site;

/// A TCP connection.
///
/// Closed ([`AsyncWrite`]'s `close`, or [`shutdown`](Self::shutdown) of the writing side), it can still be read from: the peer reads
/// to the end, and may answer. Dropped, it is closed both ways.
///
/// A shared reference reads and writes as well, so that one task can read while another writes. Several tasks may
/// read, or write, at once: each byte goes to one of them, and only what one call has moved stays together. All of them are
/// woken when there is something to do, and look again.
///
/// # Cancel safety
///
/// A `read`, a `write` or a `peek` that is dropped while it waits has moved no byte. Calls that are made of several
/// (`read_exact`, `read_to_end`, `write_all`) lose count of those that they had moved.
///
/// # Examples
///
/// ```
/// use std::io::ErrorKind;
/// use taipan::net::{TcpListener, TcpStream};
///
/// # fn main() -> std::io::Result<()> {
/// taipan::run(async {
///     let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
///     let address = listener.local_addr()?;
///     let stream = TcpStream::connect(address).await?;
///     assert_eq!(stream.peer_addr()?, address);
///
///     drop(listener); // nobody listens there now
///     let error = TcpStream::connect(address).await.unwrap_err();
///     assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
///     Ok(())
/// })
/// # }
/// ```
#[doc(alias = "StreamReader")]
#[doc(alias = "StreamWriter")]
#[must_use = "the connection is closed when it is dropped"]
pub struct TcpStream {
    pub(super) socket: Watched<net::TcpStream>,
}

impl TcpStream {
    /// Takes a stream that does not block.
    pub(super) fn new(stream: net::TcpStream) -> io::Result<TcpStream> {
        Ok(TcpStream { socket: Watched::new(stream, poller().as_ref())? })
    }

    /// Connects to an address, or to the first of several that answers, one after the other; see [`ToSocketAddrs`].
    ///
    /// # Errors
    ///
    /// That of the last address; that of [`resolve`](super::resolve); `InvalidInput` if there is no address.
    ///
    /// # Panics
    ///
    /// Panics outside a runtime if there is a name to look up.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: dropped, it gives the connection up.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use taipan::net::{TcpListener, TcpStream};
    ///
    /// # fn main() -> taipan::Result {
    /// taipan::run(async {
    ///     let listener = TcpListener::bind("localhost:0").await?;
    ///     let address = format!("localhost:{}", listener.local_addr()?.port());
    ///     let connect = TcpStream::connect(&address);
    ///     let stream = taipan::timeout(Duration::from_secs(5), connect).await??;
    ///     stream.set_nodelay(true)?;
    ///     assert!(stream.nodelay()?);
    ///     Ok(())
    /// })
    /// # }
    /// ```
    #[doc(alias = "open_connection")]
    #[doc(alias = "create_connection")]
    #[doc(alias = "open_tcp_stream")]
    #[track_caller]
    pub fn connect(
        address: impl ToSocketAddrs,
    ) -> impl Future<Output = io::Result<TcpStream>> + Send {
        let target = address.to_target();
        let site = Site::here("TcpStream::connect");
        async move {
            let mut last = None;
            for address in look_up(target).await? {
                match connect(address, site).await {
                    Ok(stream) => return Ok(stream),
                    Err(error) => last = Some(error),
                }
            }
            Err(last.unwrap_or_else(no_address))
        }
    }

    /// Waits until there is something to read and copies it, as much as fits; it stays to be read. 0: the end, or nothing was
    /// asked for.
    ///
    /// # Errors
    ///
    /// The system's.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: it takes nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_lite::io::{AsyncReadExt, AsyncWriteExt};
    /// use taipan::net::{TcpListener, TcpStream};
    ///
    /// # fn main() -> std::io::Result<()> {
    /// taipan::run(async {
    ///     let listener = TcpListener::bind("127.0.0.1:0").await?;
    ///     let mut client = TcpStream::connect(listener.local_addr()?).await?;
    ///     let (mut stream, _) = listener.accept().await?;
    ///
    ///     client.write_all(b"GET /").await?;
    ///     let mut first = [0];
    ///     assert_eq!(stream.peek(&mut first).await?, 1);
    ///     assert_eq!(first, *b"G"); // a letter: no TLS
    ///     let mut request = [0; 5];
    ///     stream.read_exact(&mut request).await?;
    ///     assert_eq!(request, *b"GET /");
    ///     Ok(())
    /// })
    /// # }
    /// ```
    #[track_caller]
    pub fn peek(&self, into: &mut [u8]) -> impl Future<Output = io::Result<usize>> + Send + Sync {
        let attempt = move |cx: &mut Context<'_>| {
            self.socket.poll(Direction::Read, cx, |stream| stream.peek(into), |_| false)
        };
        waiting(Site::here("TcpStream::peek"), attempt)
    }

    /// Closes the reading side, the writing side, or both, now.
    ///
    /// Those who wait for that side are woken: a read gives the end, a write fails.
    ///
    /// # Errors
    ///
    /// The system's; `NotConnected` if the connection is gone already.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_lite::io::AsyncReadExt;
    /// use taipan::net::{Shutdown, TcpListener, TcpStream};
    ///
    /// # fn main() -> std::io::Result<()> {
    /// taipan::run(async {
    ///     let listener = TcpListener::bind("127.0.0.1:0").await?;
    ///     let mut client = TcpStream::connect(listener.local_addr()?).await?;
    ///     let (server, _) = listener.accept().await?;
    ///     server.shutdown(Shutdown::Write)?;
    ///     assert_eq!(client.read(&mut [0; 8]).await?, 0); // the end
    ///     Ok(())
    /// })
    /// # }
    /// ```
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.socket.get_ref().shutdown(how)
    }

    /// Returns the address of this end.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.socket.get_ref().local_addr()
    }

    /// Returns the address of the other end.
    ///
    /// # Errors
    ///
    /// The system's; `NotConnected` if the connection is gone.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.socket.get_ref().peer_addr()
    }

    /// Returns whether small writes are sent at once: see [`set_nodelay`](Self::set_nodelay).
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn nodelay(&self) -> io::Result<bool> {
        self.socket.get_ref().nodelay()
    }

    /// Sets whether small writes are sent at once (`TCP_NODELAY`). By default the system holds them back for a moment while
    /// earlier ones are on their way, to send them together.
    ///
    /// # Errors
    ///
    /// The system's.
    #[doc(alias = "TCP_NODELAY")]
    pub fn set_nodelay(&self, nodelay: bool) -> io::Result<()> {
        self.socket.get_ref().set_nodelay(nodelay)
    }

    /// Returns how many routers a packet may pass.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn ttl(&self) -> io::Result<u32> {
        self.socket.get_ref().ttl()
    }

    /// Sets how many routers a packet may pass (`IP_TTL`).
    ///
    /// # Errors
    ///
    /// The system's.
    #[doc(alias = "IP_TTL")]
    pub fn set_ttl(&self, ttl: u32) -> io::Result<()> {
        self.socket.get_ref().set_ttl(ttl)
    }

    fn poll_some(
        &self,
        cx: &mut Context<'_>,
        asked: usize,
        read: impl FnMut(&net::TcpStream) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        if asked == 0 {
            return Poll::Ready(Ok(0));
        }
        // 0 is the end, which stays to be read.
        self.socket.poll(Direction::Read, cx, read, |&got| 0 < got && got < asked)
    }

    fn poll_put(
        &self,
        cx: &mut Context<'_>,
        asked: usize,
        write: impl FnMut(&net::TcpStream) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        if asked == 0 {
            return Poll::Ready(Ok(0));
        }
        self.socket.poll(Direction::Write, cx, write, |&put| put < asked)
    }
}

impl AsyncRead for &TcpStream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_some(cx, into.len(), |mut stream| stream.read(into))
    }

    fn poll_read_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut [IoSliceMut<'_>],
    ) -> Poll<io::Result<usize>> {
        let asked = into.iter().map(|slice| slice.len()).sum();
        self.poll_some(cx, asked, |mut stream| stream.read_vectored(into))
    }
}

impl AsyncWrite for &TcpStream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_put(cx, bytes.len(), |mut stream| stream.write(bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let asked = slices.iter().map(|slice| slice.len()).sum();
        self.poll_put(cx, asked, |mut stream| stream.write_vectored(slices))
    }

    /// What is written is the system's: there is nothing to flush.
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    /// Closes the writing side. That it was closed already, by whichever end, is no error.
    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(match self.shutdown(Shutdown::Write) {
            Err(error) if error.kind() == io::ErrorKind::NotConnected => Ok(()),
            result => result,
        })
    }
}

impl AsyncRead for TcpStream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut &*self).poll_read(cx, into)
    }

    fn poll_read_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut [IoSliceMut<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut &*self).poll_read_vectored(cx, into)
    }
}

impl AsyncWrite for TcpStream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut &*self).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut &*self).poll_write_vectored(cx, slices)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut &*self).poll_flush(cx)
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut &*self).poll_close(cx)
    }
}

/// Takes a stream of the standard library; it does not block any more.
impl TryFrom<net::TcpStream> for TcpStream {
    type Error = io::Error;

    fn try_from(stream: net::TcpStream) -> io::Result<TcpStream> {
        stream.set_nonblocking(true)?;
        TcpStream::new(stream)
    }
}

#[cfg(unix)]
impl AsFd for TcpStream {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.get_ref().as_fd()
    }
}

#[cfg(unix)]
impl AsRawFd for TcpStream {
    fn as_raw_fd(&self) -> RawFd {
        self.socket.get_ref().as_raw_fd()
    }
}

#[cfg(windows)]
impl AsSocket for TcpStream {
    fn as_socket(&self) -> BorrowedSocket<'_> {
        self.socket.get_ref().as_socket()
    }
}

#[cfg(windows)]
impl AsRawSocket for TcpStream {
    fn as_raw_socket(&self) -> RawSocket {
        self.socket.get_ref().as_raw_socket()
    }
}

impl fmt::Debug for TcpStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.socket.get_ref().fmt(f)
    }
}
