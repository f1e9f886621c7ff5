//! Who waits for sockets: on Linux, one edge-triggered poller for each runtime.
//!
//! # The protocol
//!
//! 1. A socket is registered once, for both directions, and stays registered until it is dropped. Events name it by a
//!    key: its place in a list, and the number of the registration. So an event that comes too late finds the place
//!    empty, or sees that it has another tenant.
//! 2. Each direction of a socket is a [`Readiness`](readiness::Readiness): whether an attempt may succeed, and the wakers
//!    of those who wait until one may. An attempt that would block takes the readiness back, and so does a short read or
//!    write, which spares the next one; but not if an event has come since the attempt began.
//! 3. The workers *turn* the poller: they take the events that have come, and wake those who wait for them. That never
//!    blocks, one worker does it at a time, and it costs one load while there are no sockets.
//! 4. When all workers have nothing to do, one *watches* the poller: it sleeps in it, until an event comes or it is woken. The
//!    others sleep elsewhere, and so does everybody as long as somebody works: who works turns the poller, and if it does
//!    not for long, the one who watches for that (see `sched`) does, at its next look. So events go where the work is, and
//!    it costs nothing to wake somebody else for each.
//! 5. When the run has ended nobody turns the poller any more. Those who wait for its sockets are woken, and wait through
//!    `async-io` from then on, as does whoever uses such a socket later.
//!
//! Sockets made outside a runtime, or in a test's, wait through `async-io` from the beginning ([`Portable`](portable::Portable));
//! so do all of them on other systems, and with the feature `portable`.
//
// 1. `watched`: a socket, and who waits for it. What the rest of the crate uses.
// 2. `readiness`: one direction of a socket. `model`: it, model-checked.
// 3. `epoll`: rules 1, 3 and 5; `absent`: where there is no such poller.
// 4. `parker`: rule 4, and how workers sleep at all.
// 5. `portable`: waiting through `async-io`.
// 6. `waiters`: the wakers of one direction. `socket`: what a direction is, and a socket.
#![forbid(unsafe_code)]

#[cfg(not(all(target_os = "linux", not(feature = "portable"))))]
mod absent;
#[cfg(all(target_os = "linux", not(feature = "portable")))]
mod epoll;
#[cfg(all(test, taipan_loom, target_os = "linux", not(feature = "portable")))]
mod model;
#[cfg(all(target_os = "linux", not(feature = "portable")))]
mod parker;
mod portable;
#[cfg(all(target_os = "linux", not(feature = "portable")))]
mod readiness;
mod socket;
#[cfg(all(test, target_os = "linux", not(feature = "portable"), not(taipan_loom)))]
mod tests;
mod waiters;
mod watched;

#[cfg(not(all(target_os = "linux", not(feature = "portable"))))]
use self::absent as system;
#[cfg(all(target_os = "linux", not(feature = "portable")))]
mod system {
    pub(super) use super::epoll::Native;
    pub(crate) use super::epoll::Poller;
    pub(crate) use super::parker::Parker;
}

pub(crate) use self::socket::Direction;
pub(crate) use self::system::{Parker, Poller};
pub(crate) use self::watched::Watched;
