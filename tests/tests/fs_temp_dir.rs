//! Temporary directories: they are gone, with all that is in them, when the scope goes on.
#![forbid(unsafe_code)]

use std::fs;
use std::future::{pending, ready};
use std::io;
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::mpsc;
use std::time::Duration;

use futures_lite::FutureExt;
use taipan::fs::TempDir;
use taipan::with::{try_with, with};
use taipan::{Runtime, closing, race, spawn, timeout};
use taipan_tests::{Gate, Log, bounded};

/// Runs `case` on 1 and on 4 threads.
fn check<F: Future<Output = ()> + 'static>(case: fn() -> F) {
    for threads in [1, 4] {
        bounded(move || Runtime::builder().threads(threads).build().run(case()));
    }
}

/// Puts something into the directory, tells its path, and holds it until it is cancelled.
async fn hold(tell: impl FnOnce(PathBuf)) {
    let held = with(TempDir::new().await.unwrap(), async |dir| {
        fill(dir);
        tell(dir.path().to_owned());
        pending::<()>().await;
    });
    held.await.unwrap();
}

fn fill(dir: &TempDir) {
    fs::create_dir(dir.path().join("inner")).unwrap();
    fs::write(dir.path().join("inner/file"), "text").unwrap();
}

// The exit, by the way in which the body ends.

#[test]
fn a_body_that_returns_leaves_no_directory() {
    check(|| async {
        let path = with(TempDir::new().await.unwrap(), async |dir| {
            fill(dir);
            assert!(dir.path().is_absolute() && dir.as_ref().is_dir());
            dir.path().to_owned()
        });
        assert!(!path.await.unwrap().exists());
    });
}

#[test]
fn a_body_that_fails_leaves_no_directory() {
    check(|| async {
        let mut path = PathBuf::new();
        let failed = try_with(TempDir::new().await.unwrap(), async |dir| {
            fill(dir);
            dir.path().clone_into(&mut path);
            Err::<(), _>(io::Error::other("no"))
        });
        assert_eq!(failed.await.unwrap_err().to_string(), "no");
        assert!(path.is_absolute() && !path.exists());
    });
}

#[test]
fn a_body_that_panics_leaves_no_directory() {
    check(|| async {
        let mut path = PathBuf::new();
        let panics = with(TempDir::new().await.unwrap(), async |dir| {
            fill(dir);
            dir.path().clone_into(&mut path);
            panic!("boom")
        });
        let panicked: Result<io::Result<()>, _> = AssertUnwindSafe(panics).catch_unwind().await;
        assert!(panicked.is_err());
        assert!(path.is_absolute() && !path.exists());
    });
}

// The exit, by the way in which the body is cancelled.

#[test]
fn a_lost_race_leaves_no_directory() {
    check(|| async {
        let (mut path, held) = (PathBuf::new(), Gate::new());
        let hold = hold(|found| {
            path = found;
            held.open();
        });
        race!(hold, held.pass()).await;
        assert!(path.is_absolute() && !path.exists());
    });
}

#[test]
fn a_timeout_leaves_no_directory() {
    check(|| async {
        let dir = TempDir::new().await.unwrap();
        let path = dir.path().to_owned();
        let held = with(dir, async |dir| {
            fill(dir);
            pending::<()>().await;
        });
        assert!(timeout(Duration::ZERO, held).await.is_err());
        assert!(!path.exists());
    });
}

/// Spawns a task that holds a directory, and waits until it does.
async fn spawn_holder() -> (taipan::Task<()>, PathBuf) {
    let (held, (tell, path)) = (Gate::new(), mpsc::channel());
    let begun = held.clone();
    let task = spawn(hold(move |found| {
        tell.send(found).unwrap();
        begun.open();
    }));
    held.pass().await;
    (task, path.recv().unwrap())
}

#[test]
fn a_cancelled_task_leaves_no_directory() {
    check(|| async {
        let (task, path) = spawn_holder().await;
        assert!(path.exists());
        task.cancel();
        assert!(task.await.unwrap_err().is_cancelled());
        assert!(!path.exists());
    });
}

#[test]
fn the_end_of_main_leaves_no_directory() {
    for threads in [1, 4] {
        bounded(move || {
            let path = Runtime::builder().threads(threads).build().run(async {
                let (task, path) = spawn_holder().await;
                task.detach();
                path
            });
            assert!(!path.exists());
        });
    }
}

#[test]
fn what_works_inside_it_is_closed_before_it_goes() {
    check(|| async {
        let log = Log::new();
        let held = with(TempDir::new().await.unwrap(), async |dir| {
            let server = closing((dir.path().to_owned(), log.clone()), |(path, log)| async move {
                taipan::yield_now().await;
                log.add(if path.exists() { "there" } else { "gone" });
            });
            with(server, async |_| pending::<()>().await).await;
        });
        assert!(timeout(Duration::ZERO, held).await.is_err());
        assert_eq!(log.get(), "there");
    });
}

// What the exit gives.

#[test]
fn the_error_of_the_removal_is_given() {
    check(|| async {
        let mut path = PathBuf::new();
        let removed = with(TempDir::new().await.unwrap(), async |dir| {
            dir.path().clone_into(&mut path);
            fs::remove_dir(&path).unwrap();
            fs::write(&path, "a file now").unwrap();
        });
        assert!(removed.await.is_err());
        fs::remove_file(path).unwrap();
    });
}

#[test]
fn a_directory_that_has_gone_already_is_no_error() {
    check(|| async {
        let removed = with(TempDir::new().await.unwrap(), async |dir| {
            fs::remove_dir(dir.path()).unwrap();
        });
        removed.await.unwrap();
    });
}

// Without an exit, and kept.

#[test]
fn a_plain_drop_removes_it_at_once() {
    check(|| async {
        let dir = TempDir::new().await.unwrap();
        fill(&dir);
        let path = dir.path().to_owned();
        drop(dir);
        assert!(!path.exists());
    });
}

#[test]
fn kept_it_stays() {
    check(|| async {
        let path = with(TempDir::new().await.unwrap(), async |dir| dir.keep().to_owned());
        let path = path.await.unwrap();
        fs::remove_dir(path).unwrap();
        let mut dropped = TempDir::new().await.unwrap();
        let path = dropped.keep().to_owned();
        drop(dropped);
        fs::remove_dir(path).unwrap();
    });
}

#[test]
fn each_has_a_name_of_its_own_with_the_prefix() {
    check(|| async {
        let (a, b) =
            taipan::gather!(TempDir::with_prefix("taipan-"), TempDir::with_prefix("taipan-")).await;
        let (a, b) = (a.unwrap(), b.unwrap());
        assert_ne!(a.path(), b.path());
        for dir in [&a, &b] {
            assert!(dir.path().file_name().unwrap().to_str().unwrap().starts_with("taipan-"));
        }
    });
}

#[test]
fn one_whose_making_is_cancelled_is_removed() {
    check(|| async {
        let prefix = format!("taipan-test-{}-", std::process::id());
        let made = || {
            let entries = fs::read_dir(std::env::temp_dir()).unwrap();
            let names = entries.map(|entry| entry.unwrap().file_name());
            names.filter(|name| name.to_string_lossy().starts_with(&prefix)).count()
        };
        for _ in 0..20 {
            race!(async { drop(TempDir::with_prefix(&prefix).await) }, ready(())).await;
        }
        // By the threads that made them, as their last act.
        while made() > 0 {
            taipan::sleep(Duration::from_millis(1)).await;
        }
    });
}
