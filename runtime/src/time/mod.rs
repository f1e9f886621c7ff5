//! time.
mod stopwatch;
pub(crate) use stopwatch::Stopwatch;
