//! What was begun must have ended once; and what the process has at the end must be what it had before.

use std::fmt;
use std::fs;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// One kind of thing that begins and ends.
pub(crate) struct Account {
    pub(crate) name: &'static str,
    begun: AtomicU64,
    done: AtomicU64,
    cancelled: AtomicU64,
    panicked: AtomicU64,
}

impl Account {
    pub(crate) const fn new(name: &'static str) -> Account {
        Account {
            name,
            begun: AtomicU64::new(0),
            done: AtomicU64::new(0),
            cancelled: AtomicU64::new(0),
            panicked: AtomicU64::new(0),
        }
    }

    /// Something begins: the entry goes with it, wherever it goes.
    pub(crate) fn begin(&'static self) -> Entry {
        self.begun.fetch_add(1, Ordering::Relaxed);
        Entry(self)
    }

    /// How many have begun, and been done, cancelled and ended by a panic.
    pub(crate) fn figures(&self) -> [u64; 4] {
        [&self.begun, &self.done, &self.cancelled, &self.panicked]
            .map(|figure| figure.load(Ordering::SeqCst))
    }

    /// How many have not ended: kept or forgotten by somebody.
    pub(crate) fn open(&self) -> i128 {
        let [begun, ended @ ..] = self.figures().map(i128::from);
        begun - ended.iter().sum::<i128>()
    }
}

/// Stands for one thing that has begun. Dropped, it has ended: cancelled, unless it was done.
#[must_use = "it is cancelled when its entry is dropped"]
pub(crate) struct Entry(&'static Account);

impl Entry {
    /// It has come to its end.
    pub(crate) fn done(self) {
        self.0.done.fetch_add(1, Ordering::Relaxed);
        std::mem::forget(self);
    }

    /// It has ended by a panic, as we are told.
    pub(crate) fn panicked(self) {
        self.0.panicked.fetch_add(1, Ordering::Relaxed);
        std::mem::forget(self);
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let end = if std::thread::panicking() { &self.0.panicked } else { &self.0.cancelled };
        end.fetch_add(1, Ordering::Relaxed);
    }
}

/// What should not have happened, in words.
static WRONG: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Writes down what should not have happened; the first hundred times.
pub(crate) fn wrong(what: impl Into<String>) {
    let mut wrong = WRONG.lock().expect("nobody panics with it");
    if wrong.len() < 100 {
        wrong.push(what.into());
    }
}

/// Writes down that two figures differ that should not.
pub(crate) fn same<T: PartialEq + fmt::Debug>(what: &str, is: T, wanted: T) {
    if is != wanted {
        wrong(format!("{what}: {is:?} instead of {wanted:?}"));
    }
}

/// All that was written down.
pub(crate) fn complaints() -> Vec<String> {
    WRONG.lock().expect("nobody panics with it").clone()
}

/// How the threads are called that are kept for calls.
const KEPT: [&str; 2] = ["taipan-blocking", "taipan-compute"];

/// What the process has, as the system tells.
#[derive(Clone, Copy)]
pub(crate) struct Process {
    pub(crate) descriptors: usize,
    /// Without those that are kept for the next calls of `to_thread` and `compute`: they are the process's, not the run's, and
    /// go after 10 s.
    pub(crate) threads: usize,
    pub(crate) kept_threads: usize,
    /// Resident memory in bytes.
    pub(crate) memory: usize,
}

impl Process {
    /// `None`: there is no `/proc` here.
    pub(crate) fn look() -> Option<Process> {
        let descriptors = fs::read_dir("/proc/self/fd").ok()?.count();
        let names = fs::read_dir("/proc/self/task").ok()?.map(|thread| {
            // One that ends just now has no name any more.
            let name = thread.and_then(|thread| fs::read_to_string(thread.path().join("comm")));
            name.unwrap_or_default()
        });
        let (kept, threads): (Vec<_>, Vec<_>) =
            names.partition(|name| KEPT.iter().any(|kept| name.starts_with(kept)));
        let pages = fs::read_to_string("/proc/self/statm").ok()?;
        let pages: usize = pages.split(' ').nth(1)?.parse().ok()?;
        let (threads, kept_threads) = (threads.len(), kept.len());
        Some(Process { descriptors, threads, kept_threads, memory: pages * page_size()? })
    }
}

/// The size of a page: `statm` counts in them, and `status` in kB.
fn page_size() -> Option<usize> {
    let number = |file: &str, field: &str| -> Option<usize> {
        let text = fs::read_to_string(file).ok()?;
        let line = text.lines().find(|line| line.starts_with(field))?;
        line.split_whitespace().nth(1)?.parse().ok()
    };
    number("/proc/self/smaps", "KernelPageSize:").map(|kilobytes| kilobytes * 1024)
}

impl fmt::Display for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Process { descriptors, threads, kept_threads, memory } = self;
        let megabytes = *memory as f64 / f64::from(1 << 20);
        write!(
            f,
            "{descriptors} descriptors, {threads} threads (and {kept_threads} kept for calls), {megabytes:.1} MiB"
        )
    }
}
