//! `task_group!`.

use std::fmt;
use std::thread;

use super::flow::{Block, Flow, Slot, absent};
use crate::group::{BodyEnd, GroupError, Owner, TaskGroup};
use crate::waits::Site;
use crate::with::Outcome;

/// The group, checked.
pub fn group(group: TaskGroup) -> TaskGroup {
    group
}

/// Who runs the body of a group, and waits for the children.
pub struct Owned(Owner);

impl fmt::Debug for Owned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Owned")
    }
}

/// Begins the group.
#[cfg_attr(debug_assertions, track_caller)]
pub fn own(group: &TaskGroup) -> Owned {
    Owned(group.own(Site::here("task_group!")))
}

/// The value that `task_group!` will have, where none is ever needed.
pub fn expect_of_group<T>(_: &Slot<T>) -> Result<T, GroupError> {
    absent()
}

/// Runs the body: `None` if the group cancelled it.
pub fn grouped<F: Future, T>(
    owned: &mut Owned,
    block: Block<'_, F, T>,
) -> impl Future<Output = thread::Result<Option<Flow<T, F::Output>>>> {
    owned.0.body(block)
}

pub fn flow_of<T, R>(ended: &thread::Result<Option<Flow<T, R>>>) -> Option<&Flow<T, R>> {
    ended.as_ref().ok().and_then(Option::as_ref)
}

/// Waits for the children. An error of theirs takes the place of the value, of a `return` and of a jump; but
/// what the body failed with goes on, and the errors are reported.
pub async fn leave_group<T, R>(
    owned: Owned,
    ended: thread::Result<Option<Flow<T, R>>>,
    outcome: Outcome,
) -> Flow<Result<T, GroupError>, R> {
    let ended = match ended {
        Ok(Some(flow)) if outcome == Outcome::Failed => BodyEnd::Left(flow),
        Ok(Some(flow)) => BodyEnd::Value(flow),
        Ok(None) => BodyEnd::Cancelled,
        Err(payload) => BodyEnd::Panicked(payload),
    };
    match owned.0.end(ended).await {
        Ok(flow) => flow.map(Ok),
        Err(error) => Flow::Value(Err(error)),
    }
}
