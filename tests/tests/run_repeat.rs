//! `run` again and again in one process: the threads, the open files and the memory stay as they were.
//!
//! One test alone in its process, so that nobody else's threads and files are counted.
#![forbid(unsafe_code)]

use std::time::Duration;

use taipan::{Runtime, sleep, spawn};

/// One run with two workers, tasks on both and timers.
fn once() {
    let sum = Runtime::builder().threads(2).build().run(async {
        let tasks: Vec<_> = (0..20_u64)
            .map(|n| {
                spawn(async move {
                    sleep(Duration::from_micros(n)).await;
                    taipan::yield_now().await;
                    n
                })
            })
            .collect();
        // One that is left over, with a timer that is set.
        drop(spawn(sleep(Duration::from_secs(3600))));
        let local = taipan::spawn_local(sleep(Duration::from_micros(10)));
        let mut sum = 0;
        for task in tasks {
            sum += task.await.unwrap();
        }
        local.await.unwrap();
        sum
    });
    assert_eq!(sum, 190);
}

#[cfg(target_os = "linux")]
mod linux {
    use std::fs;
    use std::time::Duration;

    fn entries(folder: &str) -> usize {
        fs::read_dir(folder).unwrap().count()
    }

    /// The lowest of several counts: a thread that was joined stays in the list for a moment.
    pub(crate) fn threads() -> usize {
        let count = |_| {
            std::thread::sleep(Duration::from_millis(1));
            entries("/proc/self/task")
        };
        (0..50).map(count).min().unwrap()
    }

    pub(crate) fn files() -> usize {
        entries("/proc/self/fd")
    }

    /// The memory in use, in bytes.
    pub(crate) fn memory() -> u64 {
        // In kB, so that the size of a page need not be known.
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        let kilobytes = line.trim().trim_end_matches("kB").trim();
        kilobytes.parse::<u64>().unwrap() * 1024
    }
}

#[cfg(target_os = "linux")]
#[test]
fn threads_files_and_memory_stay_the_same() {
    use linux::{files, memory, threads};

    taipan_tests::bounded(|| {
        (0..10).for_each(|_| once());
        let at_10 = (threads(), files());
        (10..100).for_each(|_| once());
        let memory_at_100 = memory();
        (100..1000).for_each(|_| once());
        let growth = memory().saturating_sub(memory_at_100);
        assert_eq!((threads(), files()), at_10, "threads and files");
        assert!(growth < 1 << 20, "{growth} bytes more after run 1000 than after run 100");
    });
}

#[cfg(not(target_os = "linux"))]
#[test]
fn runs_a_thousand_times() {
    eprintln!("skipped: threads, files and memory are counted on Linux only");
    taipan_tests::bounded(|| (0..1000).for_each(|_| once()));
}
