//! Reading and writing. The traits are those of the `futures-io` crate.
//
// 1. `buf_writer`: a writer with a buffer that is flushed at its exit.
// 2. `duplex`: two ends of a connection in memory, made of two `pipe`s.
#![forbid(unsafe_code)]

mod buf_writer;
mod duplex;
mod pipe;

pub use buf_writer::BufWriter;
pub use duplex::{DuplexStream, duplex};
