//! What the macros' expansions name. No part of the API: it may change in any version.
#![allow(missing_docs)]

mod awaitable;

pub use awaitable::{argument, arguments, not_awaited, try_argument, try_arguments};
pub use std::iter::IntoIterator;
pub use std::vec::Vec;

/// The arguments of the macros of fixed arity.
pub use crate::combine::list;

/// The proc macros behind the fronts in `macros.rs`.
pub mod macros {
    pub use taipan_macros::{gather, race, race_ok, try_gather};
}
