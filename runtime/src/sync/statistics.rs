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

/// What [`Barrier::statistics`](super::Barrier::statistics) tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BarrierStatistics {
    /// How many must come.
    pub parties: usize,
    /// How many have come and wait for the others.
    pub waiting: usize,
    /// Whether it was aborted, and not reset since.
    pub broken: bool,
}

/// What [`Limiter::statistics`](super::Limiter::statistics) tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LimiterStatistics {
    /// How many tokens there are in all.
    pub tokens: usize,
    /// How many of them are lent. More than there are, if their number was lowered meanwhile.
    pub borrowed: usize,
    /// How many wait for a token.
    pub waiting: usize,
}

/// What [`Queue::statistics`](super::Queue::statistics) tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct QueueStatistics {
    /// How many items are in it.
    pub len: usize,
    /// The most items that were in it at a time.
    pub peak: usize,
    /// For how many items it has room; `None` if it has no limit.
    pub capacity: Option<usize>,
    /// How many of the items that were put do not count as done yet.
    pub unfinished: usize,
    /// How many wait to put an item.
    pub putting: usize,
    /// How many wait to get one.
    pub getting: usize,
    /// How many wait until every item is done.
    pub joining: usize,
    /// Whether it was shut down.
    pub shut_down: bool,
}

/// What [`Sender::statistics`](super::Sender::statistics) and its like tell of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChannelStatistics {
    /// How many values are under way.
    pub len: usize,
    /// The most values that were under way at a time.
    pub peak: usize,
    /// For how many values it has room; `None` if it has no limit.
    pub capacity: Option<usize>,
    /// How many senders there are.
    pub senders: usize,
    /// How many receivers there are.
    pub receivers: usize,
    /// How many wait to send.
    pub sending: usize,
    /// How many wait to receive.
    pub receiving: usize,
}

/// What [`watch::Sender::statistics`](super::watch::Sender::statistics) and its like tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WatchStatistics {
    /// How many senders there are.
    pub senders: usize,
    /// How many receivers there are.
    pub receivers: usize,
    /// How many wait for a newer value.
    pub waiting: usize,
}

/// What [`broadcast::Sender::statistics`](super::broadcast::Sender::statistics) and its like tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BroadcastStatistics {
    /// How many senders there are.
    pub senders: usize,
    /// How many receivers there are.
    pub receivers: usize,
    /// How many wait for the next value.
    pub waiting: usize,
}
