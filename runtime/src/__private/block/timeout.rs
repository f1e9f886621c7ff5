//! `timeout!(limit, { .. })`.

use super::flow::{Block, Flow, Slot, absent};
use crate::timeout::{Elapsed, IntoDeadline, Movable, timeout};

/// The limit, checked in our words.
pub fn limit<L: IntoDeadline>(limit: L) -> L {
    limit
}

/// The deadline of a body that may move it.
pub fn movable(limit: impl IntoDeadline) -> Movable {
    Movable::new(limit)
}

/// The value that `timeout!` will have, where none is ever needed.
pub fn expect_in_time<T>(_: &Slot<T>) -> Result<T, Elapsed> {
    absent()
}

/// Runs the body up to the limit.
pub async fn limited<F: Future, T>(
    limit: impl IntoDeadline,
    block: Block<'_, F, T>,
) -> Flow<Result<T, Elapsed>, F::Output> {
    in_time(timeout(limit, block).await)
}

/// Runs the body up to its deadline.
pub async fn limited_movably<F: Future, T>(
    deadline: &Movable,
    block: Block<'_, F, T>,
) -> Flow<Result<T, Elapsed>, F::Output> {
    in_time(deadline.run(block).await)
}

fn in_time<T, R>(ended: Result<Flow<T, R>, Elapsed>) -> Flow<Result<T, Elapsed>, R> {
    match ended {
        Ok(flow) => flow.map(Ok),
        Err(elapsed) => Flow::Value(Err(elapsed)),
    }
}
