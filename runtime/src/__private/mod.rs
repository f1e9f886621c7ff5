//! What the macros' expansions name. No part of the API: it may change in any version.
#![allow(missing_docs)]

pub mod arm;
mod awaitable;
pub mod block;
pub mod exit;

pub use block::{cleanup, enter, group, limit};
pub use stream::{items, try_body};

pub use awaitable::{argument, arguments, not_awaited, try_argument, try_arguments};
pub use std::iter::IntoIterator;
pub use std::vec::Vec;

/// The arguments of the macros of fixed arity.
pub use crate::combine::list;

/// What `async_for!` goes over, and what `stream!` and `generator!` make.
pub mod stream {
    pub use crate::stream::Stream;
    pub use crate::stream::generator::{
        ErrorType, Fallible, Generator, Yielded, Yielder, absent, body, end, generator, try_body,
    };
    pub use crate::stream::items::{AsyncIterable, OfIterator, OfStream, items};
}

pub use crate::entry::{MainOptions, main};
pub use crate::testing::harness::{Outcome, test, test_once, try_test};
pub use crate::testing::options::TestOptions;
pub use exit::assert_passed;

/// The proc macros behind the fronts in `macros.rs`.
pub mod macros {
    pub use taipan_macros::{
        async_for, finally, gather, generator, race, race_ok, select, sleep, stream, task_group,
        timeout, try_gather, with,
    };
}

/// One scope around `future`, for the measurements.
pub fn scope<F: Future>(future: F) -> impl Future<Output = Option<F::Output>> {
    crate::scope::Scope::new(future)
}
