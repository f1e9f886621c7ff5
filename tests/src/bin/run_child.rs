//! The programs that the tests of `run` and of Ctrl-C start as processes of their own: the first argument
//! says which. They talk over stdin and stdout, a word a line.
#![forbid(unsafe_code)]

use std::collections::BTreeSet;
use std::future::pending;
use std::io::{BufRead, Write};
use std::process::ExitCode;
#[cfg(target_os = "linux")]
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use taipan::__private::{MainOptions, main as run_main};
use taipan::with::{Outcome, Resource, with};
use taipan_tests::{Counter, Gate, on_drop, poll_once, with_exit};

/// So long that it never decides.
const NEVER: Duration = Duration::from_secs(3600);

fn say(word: &str) {
    let mut stdout = std::io::stdout().lock();
    // The parent may have gone: then nobody is left to hear it.
    let _ = writeln!(stdout, "{word}").and_then(|()| stdout.flush());
}

fn options() -> MainOptions {
    MainOptions { threads: Some(2), shutdown_timeout: Some(NEVER), ..MainOptions::default() }
}

fn finish(ended: Result<u8, ExitCode>) -> ExitCode {
    ended.map_or_else(|status| status, ExitCode::from)
}

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some("threads") => threads(),
        Some("withdrawn call") => withdrawn_call(),
        Some("exits") => exits(),
        Some("why") => finish(run_main(options(), why())),
        Some("spinning") => finish(run_main(options(), spinning())),
        Some("exit hangs") => finish(run_main(options(), exit_hangs())),
        Some("task stuck") => finish(run_main(options(), task_stuck())),
        #[cfg(target_os = "linux")]
        Some("main stuck") => finish(run_main(options(), main_stuck())),
        Some("not watched") => {
            finish(run_main(MainOptions { ctrl_c: false, ..options() }, parked()))
        }
        Some("plain run") => ExitCode::from(taipan::run(parked())),
        Some("holds") => finish(holds()),
        Some("dropped after run") => dropped_after_run(),
        Some("main had ended") => finish(run_main(options(), main_had_ended())),
        other => panic!("no such program: {other:?}"),
    }
}

/// Prints on how many threads tasks run.
fn threads() -> ExitCode {
    let names = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&names);
    taipan::run(async move {
        let expected = match std::env::var("TAIPAN_THREADS").ok().and_then(|n| n.parse().ok()) {
            Some(threads) if threads > 0 => threads,
            _ => std::thread::available_parallelism().map_or(1, usize::from),
        };
        let together = Arc::new(std::sync::Barrier::new(expected));
        let tasks = (0..expected).map(|_| {
            let (seen, together) = (Arc::clone(&seen), Arc::clone(&together));
            taipan::spawn(async move {
                together.wait();
                seen.lock().unwrap().push(std::thread::current().id());
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.unwrap();
        }
        // Those are at least as many as expected; are there more?
        if let Ok(threads) = std::fs::read_dir("/proc/self/task") {
            let names = threads.filter_map(|thread| {
                std::fs::read_to_string(thread.ok()?.path().join("comm")).ok()
            });
            // A set: a thread that is just being started has the name of the one that starts it.
            let workers = names.filter(|name| name.starts_with("taipan-"));
            assert_eq!(workers.collect::<BTreeSet<_>>().len() + 1, expected);
        }
    });
    let mut names = names.lock().unwrap();
    names.sort_by_key(|id| format!("{id:?}"));
    names.dedup();
    say(&names.len().to_string());
    ExitCode::SUCCESS
}

/// Says why it was cancelled.
async fn why() -> u8 {
    let tell = |_| async {
        let main = taipan::current();
        say(&main.reason().map_or("nobody asked".to_owned(), ToString::to_string));
    };
    let ready = async {
        say("ready");
        pending().await
    };
    taipan::finally(ready, tell).await
}

/// A blocking call that is dropped while it waits for one of the two threads of the pool.
fn withdrawn_call() -> ExitCode {
    taipan::run(async {
        let (mut releases, mut calls) = (Vec::new(), Vec::new());
        for _ in 0..2 {
            let (release, held) = mpsc::channel::<()>();
            let begun = Gate::new();
            let opening = begun.clone();
            calls.push(taipan::spawn(taipan::to_thread(move || {
                opening.open();
                let _ = held.recv();
            })));
            releases.push(release);
            begun.pass().await;
        }
        let (ran, dropped) = (Counter::new(), Counter::new());
        let (running, dropping) = (ran.clone(), dropped.clone());
        let guard = on_drop(move || dropping.add());
        let call = taipan::to_thread(move || {
            running.add();
            drop(guard);
        });
        let abandoned = std::env::args().nth(2).as_deref() == Some("abandoned");
        let mut call = Box::pin(if abandoned { call.abandon_on_cancel() } else { call });
        let before = taipan::tasks().len();
        assert!(poll_once(call.as_mut()).is_pending());
        assert_eq!(taipan::tasks().len(), before + 1);
        // The race waits for all that its loser defers; both threads are busy all the while.
        taipan::race!(call, std::future::ready(())).await;
        assert_eq!((taipan::tasks().len(), dropped.get()), (before, 1));
        say("withdrawn");
        drop(releases);
        for call in calls {
            call.await.unwrap();
        }
        // A later call goes through the same queue: the withdrawn one would have run by now.
        taipan::to_thread(|| ()).await;
        assert_eq!((ran.get(), dropped.get()), (0, 1));
        say("never ran");
    });
    ExitCode::SUCCESS
}

async fn parked() -> u8 {
    say("ready");
    pending().await
}

/// Main and a task, both with an exit.
fn exits() -> ExitCode {
    let ended = run_main(options(), async {
        let _main = on_drop(|| say("main dropped"));
        let ready = Gate::new();
        let begun = ready.clone();
        drop(taipan::spawn(with_exit(move || begun.open(), || say("exit of the task"))));
        ready.pass().await;
        with_exit(|| say("ready"), || say("exit of main")).await;
        0
    });
    say("after main");
    finish(ended)
}

/// Main never waits.
async fn spinning() -> u8 {
    let _main = on_drop(|| say("main dropped"));
    say("ready");
    loop {
        taipan::yield_now().await;
    }
}

async fn exit_hangs() -> u8 {
    let exit = || {
        say("exit begins");
        std::thread::sleep(NEVER);
    };
    with_exit(|| say("ready"), exit).await;
    0
}

/// A task that never returns from its poll, on the other worker.
async fn task_stuck() -> u8 {
    let (begin, begun) = mpsc::channel();
    drop(taipan::spawn(async move {
        begin.send(()).unwrap();
        std::thread::sleep(NEVER);
    }));
    // This thread waits: so it is the other one that polls the task.
    begun.recv().unwrap();
    let _main = on_drop(|| say("main dropped"));
    say("ready");
    pending().await
}

/// Main never returns from its poll. It says when the first signal has come: the read of a socket with a
/// time limit is cut short by it.
///
/// A signal before the read would not be noticed: so it is another thread that says that main is ready,
/// once the system says that it sleeps.
#[cfg(target_os = "linux")]
async fn main_stuck() -> u8 {
    use std::io::Read;
    let (mut ours, _theirs) = std::os::unix::net::UnixStream::pair().unwrap();
    ours.set_read_timeout(Some(NEVER)).unwrap();
    let reading = Arc::new(AtomicBool::new(false));
    let begun = Arc::clone(&reading);
    std::thread::spawn(move || {
        // The main thread's line: its state is the word after the name.
        let main = format!("/proc/self/task/{}/stat", std::process::id());
        let sleeps = || std::fs::read_to_string(&main).unwrap().contains(") S ");
        while !(begun.load(Ordering::SeqCst) && sleeps()) {
            std::thread::yield_now();
        }
        say("ready");
    });
    reading.store(true, Ordering::SeqCst);
    let error = ours.read(&mut [0]).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::Interrupted);
    say("signalled");
    std::thread::sleep(NEVER);
    0
}

/// Main has ended with a value, and the exit of a task goes on until the parent says so.
async fn main_had_ended() -> u8 {
    let ready = Gate::new();
    let begun = ready.clone();
    let exit = || {
        say("ready");
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line).unwrap();
        say("exit of the task");
    };
    drop(taipan::spawn(with_exit(move || begun.open(), exit)));
    ready.pass().await;
    7
}

/// Holds `a`, and in it `b`, until it is interrupted: where and on how many threads the next arguments say. With
/// the word `hangs`, the exit of `b` never ends.
fn holds() -> Result<u8, ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(2).collect();
    let [place, threads, exit] = &arguments[..] else {
        panic!("a place, a number of threads and a kind of exit are wanted: {arguments:?}")
    };
    let threads = Some(threads.parse().unwrap());
    let hangs = exit == "hangs";
    let ended = match place.as_str() {
        "main" => run_main(MainOptions { threads, ..options() }, hold(hangs)),
        "spawned" | "local" => {
            let local = place == "local";
            run_main(MainOptions { threads, ..options() }, async move {
                let held = hold(hangs);
                let task = if local { taipan::spawn_local(held) } else { taipan::spawn(held) };
                task.detach();
                pending::<()>().await;
            })
        }
        other => panic!("no such place: {other}"),
    };
    ended.map(|()| 0)
}

async fn hold(hangs: bool) {
    with(Held { name: "a", hangs: false }, async move |_| {
        with(Held { name: "b", hangs }, async |_| {
            say("ready");
            pending::<()>().await;
        })
        .await;
    })
    .await;
}

struct Held {
    name: &'static str,
    hangs: bool,
}

impl Resource for Held {
    type Exit = ();

    async fn exit(self, outcome: Outcome) {
        say(&format!("-{}", self.name));
        if self.hangs {
            pending::<()>().await;
        }
        taipan::yield_now().await;
        say(&format!("{}:{outcome:?}", self.name));
    }
}

/// A resource that is dropped when its run has ended: nobody can run its exit.
fn dropped_after_run() -> ExitCode {
    let mut held = Box::pin(hold(false));
    taipan::run(async { assert!(poll_once(held.as_mut()).is_pending()) });
    drop(held);
    ExitCode::SUCCESS
}
