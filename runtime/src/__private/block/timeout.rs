//! `timeout!(limit, { .. })`.

use super::flow::{Block, Flow, Slot, absent};
use crate::timeout::{Elapsed, IntoDeadline, Limit, Movable};

/// A limit that has been judged: one error is enough.
#[derive(Debug)]
pub struct Judged(Limit);

/// The limit, judged in our words.
pub fn limit(limit: impl IntoDeadline) -> Judged {
    Judged(limit.into_limit())
}

/// What comes at the limit, and never before.
pub fn at(limit: Judged) -> impl Future<Output = ()> {
    let never = crate::timeout::limited(limit.0, std::future::pending::<()>());
    async move { drop(never.await) }
}

/// The deadline of a body that may move it.
pub fn movable(limit: Judged) -> Movable {
    Movable::new(limit.0)
}

/// The value that `timeout!` will have, where none is ever needed.
pub fn expect_in_time<T>(_: &Slot<T>) -> Result<T, Elapsed> {
    absent()
}

/// Runs the body up to the limit.
pub async fn limited<F: Future, T>(
    limit: Judged,
    block: Block<'_, F, T>,
) -> Flow<Result<T, Elapsed>, F::Output> {
    in_time(crate::timeout::limited(limit.0, block).await)
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
