//! Files and directories. What blocks runs on a thread of its own: see [`to_thread`](crate::to_thread()).
//
// 1. `temp_dir`: a directory that is removed at its exit.
#![forbid(unsafe_code)]

mod temp_dir;

pub use temp_dir::TempDir;
