//! Who accepts connections.

use std::fmt;
use std::io;
use std::net::{self, SocketAddr};
#[cfg(unix)]
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};
#[cfg(windows)]
use std::os::windows::io::{AsRawSocket, AsSocket, BorrowedSocket, RawSocket};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::address::{ToSocketAddrs, look_up, no_address};
use super::{TcpStream, poller, waiting};
use crate::poller::{Direction, Watched};
use crate::waits::Site;

/// How many connections may wait to be accepted, if the system lets so many.
#[cfg(unix)]
const BACKLOG: i32 = 1024;

/// A socket that listens for TCP connections.
///
/// # Examples
///
/// A server that goes on until it is cancelled; a connection that fails ends only its own task:
///
/// ```
/// use futures_lite::io;
/// use futures_lite::io::{AsyncReadExt, AsyncWriteExt};
/// use taipan::net::{TcpListener, TcpStream};
/// use taipan::spawn;
///
/// async fn serve(listener: TcpListener) -> std::io::Result<()> {
///     loop {
///         let (stream, peer) = listener.accept().await?;
///         spawn(async move {
///             if let Err(error) = io::copy(&stream, &stream).await {
///                 println!("{peer}: {error}");
///             }
///         })
///         .detach();
///     }
/// }
///
/// # fn main() -> taipan::Result {
/// taipan::run(async {
///     let listener = TcpListener::bind("127.0.0.1:0").await?;
///     let address = listener.local_addr()?;
///     let server = spawn(serve(listener));
///     let mut stream = TcpStream::connect(address).await?;
///     stream.write_all(b"echo?").await?;
///     let mut answer = [0; 5];
///     stream.read_exact(&mut answer).await?;
///     assert_eq!(answer, *b"echo?");
///     server.stop().await;
///     Ok(())
/// })
/// # }
/// ```
#[doc(alias = "Server")]
#[doc(alias = "SocketListener")]
#[must_use = "the socket is closed when it is dropped"]
pub struct TcpListener {
    socket: Watched<net::TcpListener>,
}

impl TcpListener {
    /// Listens at an address, or at the first of several that is free; see [`ToSocketAddrs`]. Port 0 stands for any that
    /// is free: [`local_addr`](Self::local_addr) tells which.
    ///
    /// 1024 connections may wait to be accepted, if the system lets so many. On Unix the port of a server that has just
    /// ended is free at once (`SO_REUSEADDR`).
    ///
    /// # Errors
    ///
    /// That of the last address, such as `AddrInUse`; that of [`resolve`](super::resolve); `InvalidInput` if there is no address.
    ///
    /// # Panics
    ///
    /// Panics outside a runtime if there is a name to look up.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::io::ErrorKind;
    /// use taipan::net::TcpListener;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// taipan::run(async {
    ///     let listener = TcpListener::bind("127.0.0.1:0").await?;
    ///     let error = TcpListener::bind(listener.local_addr()?).await.unwrap_err();
    ///     assert_eq!(error.kind(), ErrorKind::AddrInUse);
    ///     Ok(())
    /// })
    /// # }
    /// ```
    #[doc(alias = "start_server")]
    #[doc(alias = "create_server")]
    #[doc(alias = "open_tcp_listeners")]
    pub fn bind(
        address: impl ToSocketAddrs,
    ) -> impl Future<Output = io::Result<TcpListener>> + Send {
        let target = address.to_target();
        async move {
            let mut last = None;
            for address in look_up(target).await? {
                match listen(address) {
                    Ok(listener) => return TcpListener::try_from(listener),
                    Err(error) => last = Some(error),
                }
            }
            Err(last.unwrap_or_else(no_address))
        }
    }

    /// Waits for the next connection; returns it, with the address of its other end.
    ///
    /// Several tasks may wait: each connection goes to one of them.
    ///
    /// # Errors
    ///
    /// The system's: there may be too many open files, or a connection may be gone before it was accepted. The
    /// listener is as good as before.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: dropped while it waits, it takes no connection.
    ///
    /// # Examples
    ///
    /// ```
    /// use taipan::net::{TcpListener, TcpStream};
    ///
    /// # fn main() -> std::io::Result<()> {
    /// taipan::run(async {
    ///     let listener = TcpListener::bind("127.0.0.1:0").await?;
    ///     let client = TcpStream::connect(listener.local_addr()?).await?;
    ///     let (_stream, peer) = listener.accept().await?;
    ///     assert_eq!(peer, client.local_addr()?);
    ///     Ok(())
    /// })
    /// # }
    /// ```
    #[track_caller]
    pub fn accept(
        &self,
    ) -> impl Future<Output = io::Result<(TcpStream, SocketAddr)>> + Send + Sync {
        waiting(Site::here("TcpListener::accept"), |cx| self.poll_accept(cx))
    }

    fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<(TcpStream, SocketAddr)>> {
        let polled = self.socket.poll(Direction::Read, cx, net::TcpListener::accept, |_| false);
        polled.map(|accepted| {
            let (stream, peer) = accepted?;
            Ok((TcpStream::try_from(stream)?, peer))
        })
    }

    /// Returns the connections, one after the other, as a stream that does not end.
    ///
    /// # Examples
    ///
    /// ```
    /// use taipan::net::{TcpListener, TcpStream};
    /// use taipan::prelude::*;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// taipan::run(async {
    ///     let listener = TcpListener::bind("127.0.0.1:0").await?;
    ///     let address = listener.local_addr()?;
    ///     let clients = gather!(TcpStream::connect(address), TcpStream::connect(address)).await;
    ///     let mut seen = 0;
    ///     async_for!(for stream in listener.incoming() {
    ///         println!("{}", stream?.peer_addr()?);
    ///         seen += 1;
    ///         if seen == 2 {
    ///             break;
    ///         }
    ///     });
    ///     assert!(clients.0.is_ok() && clients.1.is_ok());
    ///     Ok(())
    /// })
    /// # }
    /// ```
    pub fn incoming(&self) -> Incoming<'_> {
        Incoming { listener: self }
    }

    /// Returns the address that it listens at.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.socket.get_ref().local_addr()
    }
}

/// Listens at that address.
fn listen(address: SocketAddr) -> io::Result<net::TcpListener> {
    let listener = net::TcpListener::bind(address)?;
    // The standard library asks for 128. Whoever comes while all places are taken comes again a second later.
    #[cfg(unix)]
    rustix::net::listen(&listener, BACKLOG)?;
    Ok(listener)
}

/// The connections of a listener: what [`TcpListener::incoming`] returns.
///
/// An item is an error where [`accept`](TcpListener::accept) fails; the stream goes on after it.
///
/// # Cancel safety
///
/// Cancel safe: whoever stops to wait for the next connection takes none.
#[derive(Debug)]
#[must_use = "it accepts nothing until it is polled: loop over it"]
pub struct Incoming<'a> {
    listener: &'a TcpListener,
}

impl Stream for Incoming<'_> {
    type Item = io::Result<TcpStream>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.listener.poll_accept(cx).map(|accepted| Some(accepted.map(|(stream, _)| stream)))
    }
}

/// Takes a listener of the standard library; it does not block any more.
impl TryFrom<net::TcpListener> for TcpListener {
    type Error = io::Error;

    fn try_from(listener: net::TcpListener) -> io::Result<TcpListener> {
        listener.set_nonblocking(true)?;
        Ok(TcpListener { socket: Watched::new(listener, poller().as_ref())? })
    }
}

#[cfg(unix)]
impl AsFd for TcpListener {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.get_ref().as_fd()
    }
}

#[cfg(unix)]
impl AsRawFd for TcpListener {
    fn as_raw_fd(&self) -> RawFd {
        self.socket.get_ref().as_raw_fd()
    }
}

#[cfg(windows)]
impl AsSocket for TcpListener {
    fn as_socket(&self) -> BorrowedSocket<'_> {
        self.socket.get_ref().as_socket()
    }
}

#[cfg(windows)]
impl AsRawSocket for TcpListener {
    fn as_raw_socket(&self) -> RawSocket {
        self.socket.get_ref().as_raw_socket()
    }
}

impl fmt::Debug for TcpListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.socket.get_ref().fmt(f)
    }
}
