//! What an exit is told.

/// How the body ended, as its resource's [`exit`](super::Resource::exit) is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It gave its value.
    Returned,
    /// It gave an `Err`, or left by `?`: known to [`with!`](crate::with!) and [`try_with`](super::try_with).
    Failed,
    /// It panicked.
    Panicked,
    /// It was cancelled: dropped before it had ended.
    Cancelled,
}

impl Outcome {
    /// Returns whether the body gave its value: what it did may be kept.
    #[must_use]
    pub fn is_returned(self) -> bool {
        self == Outcome::Returned
    }
}
