//! The error that stands for any error.

/// Any error, as the examples and `main` use it: `Send + Sync`, so that tasks may give it.
pub type BoxError = Box<dyn std::error::Error + Send + Sync + 'static>;

/// A result with any error; `()` if nothing else is said.
pub type Result<T = (), E = BoxError> = std::result::Result<T, E>;
