//! What the system tells of this process, by `/proc`.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use crate::measure::Failure;

/// The bytes of memory that are resident.
pub(crate) fn resident() -> Result<u64, Failure> {
    Ok(field(&read("/proc/self/smaps_rollup")?, "Rss:")? * 1024)
}

/// What the threads other than the calling one have done so far.
#[derive(Clone, Copy)]
pub(crate) struct Activity {
    /// How often they went to sleep, each time to be woken again.
    pub(crate) sleeps: u64,
    /// Nanoseconds that they ran.
    pub(crate) ran: u64,
}

pub(crate) fn activity_of_others() -> Result<Activity, Failure> {
    let myself = fs::read_link("/proc/thread-self").map_err(broken)?;
    let myself: Option<OsString> = myself.file_name().map(OsString::from);
    let mut activity = Activity { sleeps: 0, ran: 0 };
    for entry in fs::read_dir("/proc/self/task").map_err(broken)? {
        let entry = entry.map_err(broken)?;
        if Some(entry.file_name()) == myself {
            continue;
        }
        let of_thread = |file: &str| read(entry.path().join(file));
        activity.sleeps += field(&of_thread("status")?, "voluntary_ctxt_switches:")?;
        activity.ran += field(&of_thread("schedstat")?, "")?;
    }
    Ok(activity)
}

/// The number behind `name` at the start of a line.
fn field(text: &str, name: &str) -> Result<u64, Failure> {
    text.lines()
        .find_map(|line| line.strip_prefix(name)?.split_ascii_whitespace().next()?.parse().ok())
        .ok_or_else(|| Failure::Broken(format!("no number behind `{name}` in /proc")))
}

fn read(path: impl AsRef<Path>) -> Result<String, Failure> {
    fs::read_to_string(&path)
        .map_err(|error| Failure::Broken(format!("{}: {error}", path.as_ref().display())))
}

fn broken(error: std::io::Error) -> Failure {
    Failure::Broken(format!("/proc: {error}"))
}

#[cfg(test)]
mod tests {
    use std::hint::black_box;
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    use super::{activity_of_others, resident};

    #[test]
    fn the_sleeps_of_another_thread_are_counted() {
        let (ask, asked) = mpsc::sync_channel(0);
        let (answer, answered) = mpsc::sync_channel(0);
        let other = thread::spawn(move || {
            for () in asked {
                answer.send(()).expect("the test waits for it");
            }
        });
        let before = activity_of_others().expect("there is /proc").sleeps;
        // Each time, it goes to sleep for the next one.
        for _ in 0..100 {
            ask.send(()).expect("the thread lives");
            answered.recv().expect("the thread answers");
            thread::sleep(Duration::from_millis(1));
        }
        let after = activity_of_others().expect("there is /proc").sleeps;
        drop(ask);
        other.join().expect("it does not panic");
        assert!(after > before, "it went to sleep a hundred times");
    }

    #[test]
    fn memory_that_is_written_to_is_resident() {
        let before = resident().expect("there is /proc");
        let memory = black_box(vec![1_u8; 64 << 20]);
        let after = resident().expect("there is /proc");
        drop(memory);
        assert!(after - before >= 60 << 20, "{} bytes", after - before);
    }
}
