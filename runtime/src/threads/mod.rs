//! Blocking work on threads of its own.

mod to_thread;

pub use to_thread::{ToThread, to_thread};
