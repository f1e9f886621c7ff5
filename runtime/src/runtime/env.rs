//! Settings from the environment.

use std::env::{VarError, var};

/// The value of an environment variable that counts something. One that is no positive number is named on standard
/// error, and does not count: whoever asks, asks once.
pub(crate) fn count_from_env(name: &str) -> Option<usize> {
    match var(name) {
        Err(VarError::NotPresent) => None,
        Ok(value) => match value.parse() {
            Ok(count) if count > 0 => Some(count),
            _ => {
                eprintln!("{name}={value} is ignored: a positive number is expected");
                None
            }
        },
        Err(error) => {
            eprintln!("{name} is ignored: {error}");
            None
        }
    }
}
