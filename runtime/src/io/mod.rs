//! Reading and writing. The traits are those of the `futures-io` crate.
//
// 1. `buf_writer`: a writer with a buffer that is flushed at its exit.
#![forbid(unsafe_code)]

mod buf_writer;

pub use buf_writer::BufWriter;
