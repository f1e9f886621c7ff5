//! The layout of the source is checked as its behaviour is: who may use whom, and where unsafe code
//! may stand.
#![forbid(unsafe_code)]

mod floors;
mod source;
mod unsafe_code;
