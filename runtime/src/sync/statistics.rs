//! What the primitives tell of themselves: a picture of one moment.

/// What [`Semaphore::statistics`](super::Semaphore::statistics) tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SemaphoreStatistics {
    /// How many permits there are in all.
    pub permits: usize,
    /// How many of them are held. More than there are, if their number was lowered meanwhile.
    pub held: usize,
    /// How many wait for permits.
    pub waiting: usize,
}

/// What [`Mutex::statistics`](super::Mutex::statistics) tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MutexStatistics {
    /// Whether it is held.
    pub locked: bool,
    /// How many wait for it.
    pub waiting: usize,
}

/// What [`RwLock::statistics`](super::RwLock::statistics) tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RwLockStatistics {
    /// How many may read now.
    pub readers: usize,
    /// Whether somebody may change the data now.
    pub writing: bool,
    /// How many wait, readers and writers.
    pub waiting: usize,
}

/// What [`Event::statistics`](super::Event::statistics) tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventStatistics {
    /// Whether it is set.
    pub set: bool,
    /// How many wait until it is.
    pub waiting: usize,
}

/// What [`Condvar::statistics`](super::Condvar::statistics) tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CondvarStatistics {
    /// How many wait to be notified.
    pub waiting: usize,
}
