//! The TCP sockets of the contestants, behind the one interface that the workloads use.

use std::io;
use std::net;

use async_io::Async;
use futures_lite::{AsyncReadExt, AsyncWriteExt};

/// Sockets, as the users of a contestant would take them.
pub(crate) trait Net: 'static {
    type Listener: Send + Sync + 'static;
    type Stream: Send + 'static;

    /// Takes a listener that does not block, inside the runtime.
    fn listener(listener: net::TcpListener) -> io::Result<Self::Listener>;

    /// The next connection; what it writes is sent at once.
    fn accept(listener: &Self::Listener) -> impl Future<Output = io::Result<Self::Stream>> + Send;

    fn read(
        stream: &mut Self::Stream,
        into: &mut [u8],
    ) -> impl Future<Output = io::Result<usize>> + Send;

    fn write_all(
        stream: &mut Self::Stream,
        bytes: &[u8],
    ) -> impl Future<Output = io::Result<()>> + Send;
}

/// Reading and writing by the traits of `futures-io`, or by those of tokio: the words are the same.
macro_rules! reads_and_writes {
    () => {
        async fn read(stream: &mut Self::Stream, into: &mut [u8]) -> io::Result<usize> {
            stream.read(into).await
        }

        async fn write_all(stream: &mut Self::Stream, bytes: &[u8]) -> io::Result<()> {
            stream.write_all(bytes).await
        }
    };
}

pub(crate) struct Taipan;

impl Net for Taipan {
    type Listener = taipan::net::TcpListener;
    type Stream = taipan::net::TcpStream;

    fn listener(listener: net::TcpListener) -> io::Result<Self::Listener> {
        listener.try_into()
    }

    async fn accept(listener: &Self::Listener) -> io::Result<Self::Stream> {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }

    reads_and_writes!();
}

/// async-io.
pub(crate) struct Smol;

impl Net for Smol {
    type Listener = Async<net::TcpListener>;
    type Stream = Async<net::TcpStream>;

    fn listener(listener: net::TcpListener) -> io::Result<Self::Listener> {
        Async::new_nonblocking(listener)
    }

    async fn accept(listener: &Self::Listener) -> io::Result<Self::Stream> {
        let (stream, _) = listener.accept().await?;
        stream.get_ref().set_nodelay(true)?;
        Ok(stream)
    }

    reads_and_writes!();
}

pub(crate) struct AsyncStd;

impl Net for AsyncStd {
    type Listener = async_std::net::TcpListener;
    type Stream = async_std::net::TcpStream;

    fn listener(listener: net::TcpListener) -> io::Result<Self::Listener> {
        Ok(listener.into())
    }

    async fn accept(listener: &Self::Listener) -> io::Result<Self::Stream> {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }

    reads_and_writes!();
}

pub(crate) use self::by_tokio::Tokio;

mod by_tokio {
    use std::io;
    use std::net;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::Net;

    pub(crate) struct Tokio;

    impl Net for Tokio {
        type Listener = tokio::net::TcpListener;
        type Stream = tokio::net::TcpStream;

        fn listener(listener: net::TcpListener) -> io::Result<Self::Listener> {
            tokio::net::TcpListener::from_std(listener)
        }

        async fn accept(listener: &Self::Listener) -> io::Result<Self::Stream> {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            Ok(stream)
        }

        reads_and_writes!();
    }
}
