//! What each task waits for, as it is written down in debug builds.
//!
//! # The protocol
//!
//! 1. Every wait of the crate's own knows its [`Site`]: the operation, in the user's words, and the user's line. The
//!    public methods take it by `#[track_caller]` and pass it on.
//! 2. A future that waits holds a [`Mark`]. While it is pending the mark stands in the list of the task that polled it
//!    last, its [`Waits`]; it is struck off when the future is ready, or dropped, by whomever.
//! 3. Where a wait ends by a turn, whoever grants the turn says so ([`Grantee`]): a wait that was granted and still
//!    stands in the list has not been polled since.
//! 4. What is held is written down with who acquired it and where ([`Holders`]). What was granted belongs to it already.
//! 5. Under a virtual clock a task is polled with a waker that counts its clones. The crate's own waits put the task's
//!    own waker in its place ([`with_own`]), so the count is that of the foreign things which may wake the task.
//! 6. The locks in here are leaves, and may be taken under any other. Nothing of a user's is called or dropped
//!    under them.
//!
//! In release builds all of it is nothing: each type is empty, and each function does only what it is around.
//! In a model as well, which would try every order of it in vain.
//
// 1. `list`: the waits of a task, and the mark of one.
// 2. `holders`: who holds something.
// 3. `relay`: rule 5.
// 4. `nothing`: all of it in a release build.

#[cfg(all(debug_assertions, not(taipan_loom)))]
mod holders;
#[cfg(all(debug_assertions, not(taipan_loom)))]
mod list;
#[cfg(not(all(debug_assertions, not(taipan_loom))))]
mod nothing;
#[cfg(all(debug_assertions, not(taipan_loom)))]
mod relay;

#[cfg(all(debug_assertions, not(taipan_loom)))]
pub(crate) use self::{
    holders::{Holders, Who},
    list::{About, Grantee, Mark, Site, Waits, for_caller, waiting},
    relay::{forget_outside, lend, nothing_heard, outside, with_own},
};
#[cfg(not(all(debug_assertions, not(taipan_loom))))]
pub(crate) use nothing::{
    About, Grantee, Holders, Mark, Site, Waits, Who, for_caller, forget_outside, lend,
    nothing_heard, outside, waiting, with_own,
};

/// Whether something that is not the crate's own may wake a task of this thread, where that is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(not(debug_assertions), allow(dead_code, reason = "it is not counted"))]
pub(crate) enum Outside {
    Nothing,
    /// It may, and had time to.
    Quiet,
    /// It may be about to: the task has been polled since.
    Fresh,
}
