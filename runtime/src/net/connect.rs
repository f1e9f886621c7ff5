//! How a connection comes to be: on Linux, waited for as everything about it is waited for later; elsewhere through
//! `async-io`, which knows how it is begun there.

use std::io;
use std::net::SocketAddr;

use super::{TcpStream, waiting};
use crate::waits::Site;

#[cfg(target_os = "linux")]
pub(super) async fn connect(address: SocketAddr, site: Site) -> io::Result<TcpStream> {
    use std::task::Context;

    use crate::poller::Direction;

    let stream = TcpStream::new(begin(address)?)?;
    let attempt =
        |cx: &mut Context<'_>| stream.socket.poll(Direction::Write, cx, outcome, |()| false);
    waiting(site, attempt).await?;
    Ok(stream)
}

#[cfg(target_os = "linux")]
fn begin(address: SocketAddr) -> io::Result<std::net::TcpStream> {
    use rustix::io::Errno;
    use rustix::net::{AddressFamily, SocketFlags, SocketType, connect, ipproto, socket_with};

    let family = match address {
        SocketAddr::V4(_) => AddressFamily::INET,
        SocketAddr::V6(_) => AddressFamily::INET6,
    };
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = socket_with(family, SocketType::STREAM, flags, Some(ipproto::TCP))?;
    match connect(&socket, &address) {
        Ok(()) | Err(Errno::INPROGRESS) => Ok(socket.into()),
        Err(error) => Err(error.into()),
    }
}

/// What has become of it; `WouldBlock`: nothing yet.
#[cfg(target_os = "linux")]
fn outcome(stream: &std::net::TcpStream) -> io::Result<()> {
    if let Some(error) = stream.take_error()? {
        return Err(error);
    }
    match stream.peer_addr() {
        Err(error) if error.kind() == io::ErrorKind::NotConnected => {
            Err(io::ErrorKind::WouldBlock.into())
        }
        connected => connected.map(drop),
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) async fn connect(address: SocketAddr, site: Site) -> io::Result<TcpStream> {
    use async_io::Async;

    let mut connecting = std::pin::pin!(Async::<std::net::TcpStream>::connect(address));
    let stream = waiting(site, |cx| connecting.as_mut().poll(cx)).await?;
    TcpStream::new(stream.into_inner()?)
}
