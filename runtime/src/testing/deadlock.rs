//! What is told of a test in which nothing can go on.
//!
//! The list of the tasks tells what each waits for. From it follows more, if it is there:
//!
//! - A *circle*: a task waits for what another holds, or for its end, and so on, back to the first. It is told from
//!   the task that is named first in the list.
//! - A *futurelock*: a turn that has come to a future that nobody polls, so that those behind it wait as well.
//! - A hint, where many forget the same.
//!
//! In a release build it is not known what tasks wait for: then the list is all.

use std::collections::{BTreeSet, HashMap};
use std::fmt::{self, Write};

use crate::info::{TaskId, TaskInfo, Waiting};
use crate::task::Core;

/// The report: every task, and what it waits for; and why that never comes, as far as it can be seen.
pub(super) fn deadlock(core: &Core) -> String {
    let tasks = core.tasks();
    let mut report = "deadlock: every task waits, and nothing can wake one\n".to_owned();
    report += &told(&tasks);
    let mut why = String::new();
    // Writing to a string does not fail.
    let _ = futurelocks(&tasks, &mut why).and_then(|()| circle(&tasks, &mut why));
    if why.is_empty() {
        let _ = hints(&tasks, &mut why);
    }
    report += &why;
    report
}

/// The live tasks, and what each waits for.
pub(super) fn list(core: &Core) -> String {
    told(&core.tasks())
}

fn told(tasks: &[TaskInfo]) -> String {
    let lines = tasks.iter().flat_map(|task| {
        let waits = task.waiting().iter().map(|wait| format!("    {wait}"));
        std::iter::once(format!("  {task}: {}", task.state())).chain(waits)
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Turns that have come to futures that nobody polls.
fn futurelocks(tasks: &[TaskInfo], out: &mut String) -> fmt::Result {
    for task in tasks {
        for wait in task.waiting().iter().filter(|wait| wait.is_granted()) {
            write!(
                out,
                "\nfuturelock: the turn of `{}` has come at {}, and `{}` does not poll the future that waits there: \
                 await it, or drop it",
                wait.operation(),
                wait.location(),
                task.name(),
            )?;
        }
    }
    Ok(())
}

/// Why one task cannot go on before another does.
#[derive(Clone, Copy)]
struct Step<'a> {
    from: &'a TaskInfo,
    wait: &'a Waiting,
    /// The line that holds what it waits for; `None`: it waits for the end.
    held: Option<&'a crate::info::Holder>,
    to: TaskId,
}

/// All steps from `task`.
fn steps(task: &TaskInfo) -> impl Iterator<Item = Step<'_>> {
    // A turn that has come is in nobody's way but its own: that is a futurelock.
    let waits = task.waiting().iter().filter(|wait| !wait.is_granted());
    waits.flat_map(move |wait| {
        let held = wait.holders().iter().filter_map(move |holder| {
            Some(Step { from: task, wait, held: Some(holder), to: holder.task()? })
        });
        let ends = wait.tasks().map(move |to| Step { from: task, wait, held: None, to });
        held.chain(ends)
    })
}

/// The first circle, a line a step.
fn circle(tasks: &[TaskInfo], out: &mut String) -> fmt::Result {
    let by_id: HashMap<TaskId, &TaskInfo> = tasks.iter().map(|task| (task.id(), task)).collect();
    let Some(circle) = tasks.iter().find_map(|task| back_to(task, &by_id)) else { return Ok(()) };
    out.push_str("\nin a circle:");
    for Step { from, wait, held, to } in circle {
        let (from_name, operation, location) = (from.name(), wait.operation(), wait.location());
        let to_name = by_id.get(&to).map_or_else(String::new, |task| task.name());
        write!(out, "\n  `{from_name}` waits for `{operation}` at {location}, ")?;
        match held {
            Some(by) if to == from.id() => {
                write!(out, "which it holds itself since {}", by.location())?;
            }
            Some(by) => write!(out, "which `{to_name}` holds since {}", by.location())?,
            None => write!(out, "for the end of `{to_name}`")?,
        }
    }
    Ok(())
}

/// The shortest way from a task back to itself.
fn back_to<'a>(
    start: &'a TaskInfo,
    by_id: &HashMap<TaskId, &'a TaskInfo>,
) -> Option<Vec<Step<'a>>> {
    let mut seen = BTreeSet::new();
    let mut ways: Vec<Vec<Step<'a>>> = steps(start).map(|step| vec![step]).collect();
    while !ways.is_empty() {
        let mut longer = Vec::new();
        for way in ways {
            let Some(&Step { to, .. }) = way.last() else { continue };
            if to == start.id() {
                return Some(way);
            }
            let Some(next) = by_id.get(&to).filter(|_| seen.insert(to)) else { continue };
            longer.extend(steps(next).map(|step| {
                let mut way = way.clone();
                way.push(step);
                way
            }));
        }
        ways = longer;
    }
    None
}

/// What many forget.
fn hints(tasks: &[TaskInfo], out: &mut String) -> fmt::Result {
    let operations: BTreeSet<_> =
        tasks.iter().flat_map(TaskInfo::waiting).map(Waiting::operation).collect();
    for operation in operations {
        let hint = match operation.rsplit_once("Queue::") {
            Some((_, "get" | "take" | "stream")) => {
                "comes to an end when the queue is shut down: call `shutdown()` after the last item"
            }
            Some((_, "join")) => {
                "waits until every item is done: call `task_done()` for each, or get them with `take()`"
            }
            _ if operation.starts_with("Receiver::") => {
                "comes to an end when the last sender is dropped: does the waiter hold one itself?"
            }
            _ => continue,
        };
        write!(out, "\nhint: `{operation}` {hint}")?;
    }
    Ok(())
}
