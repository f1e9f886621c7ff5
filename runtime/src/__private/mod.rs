//! What the macros' expansions name. Nothing here is an interface: it may change with every version.

pub use crate::entry::{MainOptions, main};
pub use crate::testing::{TestOptions, test};

/// One scope around `future`, for the measurements.
pub fn scope<F: Future>(future: F) -> impl Future<Output = Option<F::Output>> {
    crate::scope::Scope::new(future)
}
