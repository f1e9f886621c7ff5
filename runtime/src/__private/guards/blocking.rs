//! Calls that block the thread, and what to write instead.
//!
//! The table has everything that is said; `tests/ui/blocking/pass/replacements.rs` compiles and runs each
//! replacement. Which call is which, the macros know by its path or, where a trait is named here, the type of the
//! receiver or of the result.

use std::io;
use std::rc::Rc;
use std::sync::{Arc, mpsc};
use std::thread::{JoinHandle, ScopedJoinHandle};

use super::{Nothing, value};

value!();

/// A call that is recognized by its path.
#[derive(Debug)]
pub struct Call;

macro_rules! table {
    ($($name:ident $(for $kind:ident)? = $note:literal;)*) => {
        impl Call {
            $(#[deprecated(note = $note)] pub fn $name(&self) {})*
        }

        impl Nothing {
            $(pub fn $name(&self) {})*
        }

        /// In scope under `blocking = allow`: nothing is said.
        pub trait Allowed {
            $(fn $name(&self) {})*
        }

        $($(
            pub trait $kind {}

            impl<T: $kind + ?Sized> $kind for &T {}
            impl<T: $kind + ?Sized> $kind for &mut T {}
            impl<T: $kind + ?Sized> $kind for Box<T> {}
            impl<T: $kind + ?Sized> $kind for Rc<T> {}
            impl<T: $kind + ?Sized> $kind for Arc<T> {}

            impl<T: $kind + ?Sized> Value<'_, T> {
                #[deprecated(note = $note)]
                pub fn $name(&self) {}
            }
        )?)*
    };
}

impl Allowed for &Call {}
impl<T: ?Sized> Allowed for &Value<'_, T> {}

table! {
    thread_sleep = "`std::thread::sleep` holds up every task on this thread: write `taipan::sleep(..).await`";
    thread_park = "`std::thread::park` holds up every task on this thread: wait for a `taipan::sync::Event`";
    thread_scope = "`std::thread::scope` holds up every task on this thread until its threads have ended: \
                    write `taipan::to_thread(|| ..).await` around it, or `taipan::task_group!`";
    thread_join for Joined = "`join` holds up every task on this thread until the other thread has ended: \
                              start it by `taipan::to_thread(|| ..)`, and `.await` that";
    file for OnDisk = "`std::fs` holds up every task on this thread: write `taipan::to_thread(|| ..).await` around it";
    network for Connected = "`std::net` holds up every task on this thread: \
                             write `taipan::to_thread(|| ..).await` around it";
    stdin for Typed = "standard input holds up every task on this thread until something is typed: \
                       write `taipan::to_thread(|| ..).await` around it";
    http_client = "a blocking HTTP client holds up every task on this thread: \
                   write `taipan::to_thread(|| ..).await` around it";
    block_on = "`block_on` holds up every task on this thread until its future has ended: `.await` the future";
    run = "`taipan::run` panics inside a runtime: `.await` the future, or `spawn(..)` it";
    command for Commanded = "`std::process::Command` holds up every task on this thread until the process has ended: \
                             write `taipan::process::Command`, and `.await`";
    child_wait for Parented = "`std::process::Child` holds up every task on this thread until the process has ended: \
                               start it by `taipan::process::Command`, and `.await` its `wait`";
    channel_recv for Received = "a receiver of `std::sync::mpsc` holds up every task on this thread: \
                                 write `taipan::sync::channel(..)`, and `.await`";
    condvar_wait for Notified = "`std::sync::Condvar` holds up every task on this thread: \
                                 write `taipan::sync::Condvar`, and `.await`";
    barrier_wait for Gathered = "`std::sync::Barrier` holds up every task on this thread: \
                                 write `taipan::sync::Barrier`, and `.await`";
}

impl<T> Joined for JoinHandle<T> {}
impl<T> Joined for ScopedJoinHandle<'_, T> {}

impl<T> OnDisk for io::Result<T> {}

impl Connected for io::Result<std::net::TcpStream> {}
impl Connected for io::Result<std::net::TcpListener> {}
impl Connected for io::Result<std::net::UdpSocket> {}
#[cfg(unix)]
impl Connected for io::Result<std::os::unix::net::UnixStream> {}
#[cfg(unix)]
impl Connected for io::Result<std::os::unix::net::UnixListener> {}
#[cfg(unix)]
impl Connected for io::Result<std::os::unix::net::UnixDatagram> {}

impl Typed for io::Stdin {}
impl Typed for io::StdinLock<'_> {}
impl<R: Typed> Typed for io::BufReader<R> {}

impl Commanded for std::process::Command {}
impl Parented for std::process::Child {}

impl<T> Received for mpsc::Receiver<T> {}
impl Notified for std::sync::Condvar {}
impl Gathered for std::sync::Barrier {}
