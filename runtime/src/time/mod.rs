//! Time: the clock, timers, [`sleep`] and [`interval`]; for limits of time see [`timeout`](crate::timeout()).
//!
//! Every duration counts from the call that it is passed to, not from the first poll. A time too far
//! away to be represented never comes: `sleep(Duration::MAX)` waits for ever.
//!
//! All that waits here asks the same clock. It is the system's, unless the code runs under a test
//! runtime with virtual time, where an hour passes as soon as nobody has anything else to do.
//! [`Instant::now`] asks that clock too: measure with it, not with `std`'s.

// 1. `instant`: a point in time, as this clock tells it.
// 2. `clock`: whose time it is; with `test_clock`, the one that tests use.
// 3. `timer`: one deadline that wakes one waker; all that waits for a time stands on it.
// 4. `wheel`: the algorithm by which a runtime finds what is due; `shard`: one that threads share;
//    `timers`: those of a runtime; `model`: the shard, model-checked.
// 5. `sleep`, `interval`: what users await.
// 6. `advance`: moving a test's clock by hand.
// 7. `units`: `1.5.secs()`.
// 8. `stopwatch`: a bound in real time, for the runtime's own end.
// The timeouts need scopes, and stand one floor up, in `timeout`.

mod advance;
mod clock;
mod instant;
mod interval;
#[cfg(all(test, taipan_loom))]
mod model;
mod shard;
mod sleep;
mod stopwatch;
mod test_clock;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod timer;
mod timers;
mod units;
mod wheel;

pub use advance::{Advance, advance};
pub(crate) use clock::Clock;
pub use instant::Instant;
pub use interval::{Interval, MissedTick, interval, interval_at};
pub use sleep::{Sleep, sleep, sleep_until};
pub(crate) use stopwatch::{Stopwatch, real_now};
pub(crate) use test_clock::TestClock;
pub(crate) use timer::Timer;
pub(crate) use timers::{Entered as EnteredTimers, Timers};
pub use units::Units;
