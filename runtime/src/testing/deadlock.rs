//! What is told of a test in which nothing can go on.

use crate::task::Core;

/// The report: every task, and how it stands.
pub(super) fn deadlock(core: &Core) -> String {
    format!("deadlock: every task waits, and nothing can wake one\n{}", list(core))
}

/// The live tasks, one a line.
pub(super) fn list(core: &Core) -> String {
    let tasks = core.tasks();
    let lines = tasks.iter().map(|task| format!("  {task}: {}", task.state()));
    lines.collect::<Vec<_>>().join("\n")
}
