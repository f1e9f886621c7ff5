//! Async cleanup that always runs: [`with`], [`finally`], [`shield`].
//!
//! A [`Resource`] has an async exit. Once `with` has it, its exit runs exactly once and is awaited before
//! the enclosing scope ends: when the body returns, fails or panics, and when it is cancelled, by whomever.
//!
//! # What holds, and what does not
//!
//! 1. What the exit needs, it owns: a resource is `Send + 'static`. A body may borrow freely.
//! 2. Cancelled code stops at its current `.await` and never resumes; only exits run.
//! 3. *Plain locals go first.* When code is cancelled, all its plain destructors run at once, and then
//!    the async exits, inner ones before outer ones. What must outlive an exit (a permit, a lock, a
//!    temporary directory) belongs into the resource, or into a `with` of its own around it.
//! 4. The exits of resources that are not nested run concurrently, on the task that waits for them.
//! 5. An exit that has begun is not cancelled by anything: whoever cancels waits for it.
//! 6. An exit may take as long as it wants, unless the runtime was given a
//!    [`grace`](crate::runtime::Builder::grace): one that runs because of a cancellation and is late is
//!    dropped then, and reported.
//! 7. Nothing is guaranteed after [`std::mem::forget`], an abort, `process::exit`, and the end of the shutdown
//!    timeout.
//
// The parts
//
// 1. `outcome`: what an exit is told.
// 2. `resource`: what has an exit, and what an exit may give.
// 3. `closing`: a resource made of anything.
// 4. `shield`: what goes on once it has begun.
// 5. `grace`: how long an exit may take once it was cancelled.
// 6. `guard`: holds the resource while the body runs; the chain of inner and outer exits.
// 7. `enter`: `with` and `try_with`.
// 8. `finally`: a cleanup without a resource.
// 9. `guards`: the owned permits and guards of `sync`.
#![forbid(unsafe_code)]

mod closing;
mod enter;
mod finally;
mod grace;
mod guard;
mod guards;
mod outcome;
mod resource;
mod shield;

pub use closing::{Closing, closing, closing_with};
pub(crate) use enter::leave;
pub use enter::{try_with, with};
pub use finally::finally;
pub(crate) use guard::{Body, Guard};
pub use outcome::Outcome;
pub(crate) use resource::report_lost;
pub use resource::{Exit, ExitInto, Joins, Resource};
pub use shield::{Shield, shield};
