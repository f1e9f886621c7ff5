//! The macros of `taipan`.
#![forbid(unsafe_code)]
