//! The macros where taipan has another name, in edition 2021, under every lint; and for `../through`, re-exported from
//! here, and inside a macro of this crate.
#![forbid(unsafe_code)]
#![deny(warnings, clippy::all, clippy::pedantic)]

pub use snake as reexported;

/// Both values, or the first error: with macros that the caller need not know.
#[macro_export]
macro_rules! both {
    ($first:expr, $second:expr, within $limit:expr) => {
        $crate::reexported::timeout!($limit, $crate::reexported::try_gather!($first, $second)).await
    };
}

#[cfg(test)]
use snake as dsl;

#[cfg(test)]
#[path = "../../cases/mod.rs"]
mod cases;
