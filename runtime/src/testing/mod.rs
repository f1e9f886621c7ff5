//! Tests: what `#[taipan::test]` does, and what stands beside it.
#![doc = include_str!("../docs/testing.md")]
//
// 1. `options`: what can be said in the parentheses.
// 2. `seeds`: which runs a test has.
// 3. `harness`: what the attribute calls. The loop itself is `runtime::steps`.
// 4. `deadlock`: what is told when nothing can go on.
// 5. `blocked`: waiting until all others wait.
// 6. `sequencer`: making tasks go in a given order.

mod blocked;
mod deadlock;
#[doc(hidden)]
pub(crate) mod harness;
pub(crate) mod options;
mod seeds;
mod sequencer;

pub use blocked::{WaitAllBlocked, wait_all_blocked};
pub(crate) use options::TestOptions;
pub use sequencer::{Sequencer, Step};
