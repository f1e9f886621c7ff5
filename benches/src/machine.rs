//! What the figures depend on besides the code: cores, how the kernel schedules us, what else runs.

use std::fmt;
use std::fs;
use std::thread;

/// How many threads a contestant with many threads gets: one a core.
pub(crate) fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// What a report says of the machine.
pub(crate) struct Conditions {
    /// The load while nothing was measured yet.
    load: String,
    /// Of the rivals.
    versions: Vec<String>,
}

impl Conditions {
    pub(crate) fn now(versions: Vec<String>) -> Self {
        let loads = fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let load = loads.split(' ').next().filter(|load| !load.is_empty());
        Conditions { load: load.unwrap_or("unknown").to_owned(), versions }
    }

    /// The same for programs.
    pub(crate) fn json_fields(&self) -> String {
        let (cores, scheduling, load) = (cores(), scheduling(), &self.load);
        let versions = self.versions.join("\",\"");
        format!(
            "\"cores\":{cores},\"scheduling\":\"{scheduling}\",\"load\":\"{load}\",\
             \"versions\":[\"{versions}\"]"
        )
    }
}

impl fmt::Display for Conditions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} cores, {}, load {} at the start", cores(), scheduling(), self.load)?;
        write!(f, "{}", self.versions.join("; "))
    }
}

/// The scheduling class of this process and its niceness, as far as the system tells.
///
/// It decides more than it seems: under the usual class, a busy neighbour can keep the two threads of
/// a benchmark on one core for seconds.
fn scheduling() -> String {
    let Ok(stat) = fs::read_to_string("/proc/self/stat") else {
        return "unknown (no /proc)".to_owned();
    };
    // The second field, the name, may hold anything up to its closing parenthesis.
    let fields: Vec<_> =
        stat.rsplit(')').next().unwrap_or_default().split_ascii_whitespace().collect();
    // `man proc`: nice is field 19, rt_priority 40, policy 41; the first one here is field 3.
    let field = |number: usize| fields.get(number - 3).copied().unwrap_or("?");
    let class = match field(41) {
        "0" => "SCHED_OTHER",
        "1" => "SCHED_FIFO",
        "2" => "SCHED_RR",
        "3" => "SCHED_BATCH",
        "5" => "SCHED_IDLE",
        "6" => "SCHED_DEADLINE",
        _ => "an unknown class",
    };
    match class {
        "SCHED_FIFO" | "SCHED_RR" => format!("{class} priority {}", field(40)),
        _ => format!("{class} nice {}", field(19)),
    }
}
