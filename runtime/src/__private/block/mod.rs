//! What the macros with a body run on: `with!`, `finally!`, `timeout!(limit, { .. })`, `task_group!`.
//!
//! The body is an async block with the return type of the function around it. It gives its flow: its own
//! value, which it leaves in a slot; a value to return from the function; or the number of a jump, which
//! the macro makes outside. After the value or a jump the async block never goes on: it waits to be dropped.
//!
//! 1. `flow`: the body and its slot.
//! 2. `outcome`: whether the flow is a failure.
//! 3. `enter`, `cleanup`: what may be a resource, and a cleanup.
//! 4. `with`, `timeout`, `group`: what each macro does around it.
#![allow(clippy::must_use_candidate, clippy::new_without_default)]

mod cleanup;
mod enter;
mod flow;
mod group;
mod outcome;
mod timeout;
mod with;

pub use cleanup::cleanup;
pub use enter::enter;
pub use flow::{Block, Carried, Flow, Slot, Ty, returned};
pub use group::{expect_of_group, flow_of, group, grouped, leave_group, own};
pub use outcome::{Given, levels};
pub use timeout::{at, expect_in_time, limit, limited, limited_movably, movable};
pub use with::{Inside, expect_outer, expect_value, leave, leave_outer, used};
