//! Sockets: [`TcpStream`] and [`TcpListener`].
//!
//! Reading and writing are the traits of the `futures-io` crate, as everywhere here ([`io`](crate::io)). A shared reference to a
//! stream reads and writes as well, so that one task can read while another writes.
//!
//! Sockets are real, also where a test's clock is virtual: the clock does not wait for the network, and a timeout around a
//! socket is over as soon as everybody else waits and nothing has come for 10 ms.
//!
//! # Where a socket works
//!
//! Everywhere, and for as long as it lives. A socket that is made inside a runtime is served by that runtime's workers,
//! whoever uses it, and wherever. One that is made elsewhere, or that outlives its run, is served by the thread of the `async-io`
//! crate: that is slower, and nothing else is different. So is every socket on systems other than Linux.
//!
//! # Examples
//!
//! ```
//! use futures_lite::io::{AsyncReadExt, AsyncWriteExt};
//! use taipan::net::{TcpListener, TcpStream};
//! use taipan::spawn;
//!
//! # fn main() -> taipan::Result {
//! taipan::run(async {
//!     let listener = TcpListener::bind("127.0.0.1:0").await?; // any port that is free
//!     let address = listener.local_addr()?;
//!     let server = spawn(async move {
//!         let (mut stream, _) = listener.accept().await?;
//!         let mut name = String::new();
//!         stream.read_to_string(&mut name).await?;
//!         stream.write_all(format!("hello, {name}").as_bytes()).await
//!     });
//!
//!     let mut stream = TcpStream::connect(address).await?;
//!     stream.write_all(b"snake").await?;
//!     stream.close().await?; // this end has said all
//!     let mut answer = String::new();
//!     stream.read_to_string(&mut answer).await?;
//!     assert_eq!(answer, "hello, snake");
//!     Ok(server.await??)
//! })
//! # }
//! ```
//
// 1. `address`: what can be connected to, and who looks names up.
// 2. `tcp_stream`, `tcp_listener`: the sockets; `connect`: how the one comes to the other. Who waits for them: `poller`.
#![forbid(unsafe_code)]

mod address;
mod connect;
mod tcp_listener;
mod tcp_stream;

pub use address::{ToSocketAddrs, resolve};
pub use std::net::Shutdown;
pub use tcp_listener::{Incoming, TcpListener};
pub use tcp_stream::TcpStream;

use std::sync::Arc;
use std::task::{Context, Poll};

use crate::poller::Poller;
use crate::task::core;
use crate::waits::{About, Mark, Site};

/// Who waits for the sockets that are made here.
fn poller() -> Option<Arc<Poller>> {
    core()?.poller.clone()
}

/// Polls until it is ready, and is told as that wait while it is not. Its waker is kept by what is not the crate's own.
fn waiting<T>(
    site: Site,
    mut poll: impl FnMut(&mut Context<'_>) -> Poll<T>,
) -> impl Future<Output = T> {
    let mut mark = Mark::new(site);
    std::future::poll_fn(move |cx| {
        let polled = poll(cx);
        mark.note(&polled, || About::NOTHING);
        polled
    })
}
