//! What can be waited for: a socket, in one of two directions.

#[cfg(unix)]
use std::os::fd::AsFd;
#[cfg(windows)]
use std::os::windows::io::AsSocket;

/// What can be waited for.
#[cfg(unix)]
pub(crate) trait Socket: AsFd {}
#[cfg(unix)]
impl<T: AsFd> Socket for T {}

/// What can be waited for.
#[cfg(windows)]
pub(crate) trait Socket: AsSocket {}
#[cfg(windows)]
impl<T: AsSocket> Socket for T {}

#[derive(Clone, Copy)]
pub(crate) enum Direction {
    Read,
    Write,
}
