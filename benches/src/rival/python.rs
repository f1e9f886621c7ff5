//! asyncio and uvloop: what taipan's users come from. Their workloads stand in `python/workloads.py`.

use std::path::Path;
use std::process::{Command, Stdio};

/// The contestants that are Python programs, each with what it is.
pub(crate) const CONTESTANTS: [(&str, &str); 2] = [
    ("asyncio", "Python's own event loop; where python3 is installed"),
    ("uvloop", "asyncio on libuv; where python3 has the module"),
];

/// A contestant that is there.
pub(crate) struct Python {
    name: &'static str,
    pub(crate) version: String,
    workloads: Vec<String>,
}

impl Python {
    /// Asks it for its version and its workloads; `None` if `name` is no Python contestant.
    pub(crate) fn find(name: &'static str) -> Option<Result<Python, String>> {
        CONTESTANTS.iter().find(|(known, _)| *known == name)?;
        Some(ask(name))
    }

    pub(crate) fn is(&self, name: &str) -> bool {
        self.name == name
    }

    /// What measures the workload, and prints as our own child does; `None` if it has no such workload.
    pub(crate) fn command(&self, workload: &str) -> Option<Command> {
        self.workloads.iter().find(|known| *known == workload)?;
        let mut command = script(self.name);
        // As much work as our own build does.
        command.args([workload, if cfg!(debug_assertions) { "100" } else { "1" }]);
        Some(command)
    }
}

fn ask(name: &'static str) -> Result<Python, String> {
    let output = script(name)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("{}: {error}", interpreter()))?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        return Err(errors.lines().last().unwrap_or("it failed without a word").to_owned());
    }
    let printed = String::from_utf8_lossy(&output.stdout);
    let mut lines = printed.lines().map(str::to_owned);
    let version = lines.next().unwrap_or_default();
    Ok(Python { name, version, workloads: lines.collect() })
}

fn script(name: &str) -> Command {
    let mut command = Command::new(interpreter());
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("python/workloads.py")).arg(name);
    command
}

/// `$PYTHON`, for instance that of a virtual environment with uvloop; else `python3`.
fn interpreter() -> String {
    std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned())
}
