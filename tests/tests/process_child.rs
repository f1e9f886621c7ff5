//! Child processes: they end with the scope that they belong to, and nothing of them is left.
#![cfg(unix)]
#![forbid(unsafe_code)]

use std::future::{pending, ready};
use std::io::{self, Read};
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::time::Duration;

use futures_lite::FutureExt;
use futures_lite::io::{AsyncReadExt, AsyncWriteExt};
use taipan::process::{Child, Command, Stdio};
use taipan::with::{try_with, with};
use taipan::{Runtime, race, spawn, timeout};
use taipan_tests::{Gate, bounded};

/// Whether the programs are there; if not, says that the test is skipped.
fn have(programs: &[&str]) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found =
        |program: &&&str| std::env::split_paths(&path).any(|dir| dir.join(program).exists());
    match programs.iter().find(|program| !found(program)) {
        Some(missing) => {
            println!("skipped: no `{missing}` here");
            false
        }
        None => true,
    }
}

/// Whether the process runs, or waits to be reaped.
fn exists(id: u32) -> bool {
    if Path::new("/proc/self").exists() {
        return Path::new(&format!("/proc/{id}")).exists();
    }
    let mut ps = std::process::Command::new("ps");
    ps.args(["-p", &id.to_string()]).stdout(Stdio::null()).status().unwrap().success()
}

/// Starts a process that ends only when it is killed.
fn sleeper() -> Child {
    let mut sleep = Command::new("sleep");
    sleep.arg("600").stdin(Stdio::null()).spawn().unwrap()
}

/// Runs `case` on 1 and on 4 threads.
fn check<F: Future<Output = ()> + 'static>(programs: &[&str], case: fn() -> F) {
    if !have(programs) {
        return;
    }
    for threads in [1, 4] {
        bounded(move || Runtime::builder().threads(threads).build().run(case()));
    }
}

/// Holds a process until it is cancelled; gives its number first.
async fn hold(tell: impl FnOnce(u32)) {
    with(sleeper(), async |child| {
        tell(child.id());
        pending::<()>().await;
    })
    .await
    .unwrap();
}

// The exit, by the way in which the body ends.

#[test]
fn a_body_that_returns_leaves_no_process() {
    check(&["sleep"], || async {
        let id = with(sleeper(), async |child| {
            assert!(exists(child.id()));
            child.id()
        });
        assert!(!exists(id.await.unwrap()));
    });
}

#[test]
fn a_body_that_fails_leaves_no_process() {
    check(&["sleep"], || async {
        let mut id = 0;
        let failed = try_with(sleeper(), async |child| {
            id = child.id();
            Err::<(), _>(io::Error::other("no"))
        });
        assert_eq!(failed.await.unwrap_err().to_string(), "no");
        assert!(id > 0 && !exists(id));
    });
}

#[test]
fn a_body_that_panics_leaves_no_process() {
    check(&["sleep"], || async {
        let mut id = 0;
        let panics = with(sleeper(), async |child| {
            id = child.id();
            panic!("boom")
        });
        let panicked: Result<io::Result<()>, _> = AssertUnwindSafe(panics).catch_unwind().await;
        assert!(panicked.is_err());
        assert!(id > 0 && !exists(id));
    });
}

#[test]
fn a_process_that_had_ended_is_only_reaped() {
    check(&["sh"], || async {
        let mut sh = Command::new("sh");
        let child = sh.args(["-c", "exit 3"]).stdout(Stdio::piped()).spawn().unwrap();
        let id = child.id();
        let exited = with(child, async |child| {
            // At its end the system closes the pipe.
            let mut end = Vec::new();
            child.stdout.take().unwrap().read_to_end(&mut end).await.unwrap();
        });
        exited.await.unwrap();
        assert!(!exists(id));
    });
}

// W466
#[test]
fn a_process_that_was_waited_for_or_killed_has_an_exit_as_well() {
    check(&["sh", "sleep"], || async {
        let child = Command::new("sh").args(["-c", "exit 3"]).spawn().unwrap();
        let code = with(child, async |child| child.wait().await.unwrap().code());
        assert_eq!(code.await.unwrap(), Some(3));
        let killed = with(sleeper(), async |child| {
            child.kill().unwrap();
            let status = child.wait().await.unwrap();
            child.kill().unwrap(); // it has ended already
            status
        });
        let status = killed.await.unwrap();
        assert_eq!((status.success(), status.code()), (false, None));
    });
}

// The exit, by the way in which the body is cancelled.

// W480
#[test]
fn a_timeout_waits_until_the_process_is_reaped() {
    check(&["sleep"], || async {
        let mut id = 0;
        assert!(timeout(Duration::ZERO, hold(|found| id = found)).await.is_err());
        assert!(id > 0 && !exists(id));
    });
}

#[test]
fn a_lost_race_waits_until_the_process_is_reaped() {
    check(&["sleep"], || async {
        let mut id = 0;
        race!(hold(|found| id = found), ready(())).await;
        assert!(id > 0 && !exists(id));
    });
}

// W480
#[test]
fn a_cancelled_task_ends_after_its_process_is_reaped() {
    check(&["sleep"], || async {
        let (held, (tell, id)) = (Gate::new(), std::sync::mpsc::channel());
        let begun = held.clone();
        let task = spawn(hold(move |found| {
            tell.send(found).unwrap();
            begun.open();
        }));
        held.pass().await;
        task.cancel();
        assert!(task.await.unwrap_err().is_cancelled());
        assert!(!exists(id.recv().unwrap()));
    });
}

#[test]
fn the_end_of_main_waits_until_the_process_is_reaped() {
    if !have(&["sleep"]) {
        return;
    }
    for threads in [1, 4] {
        bounded(move || {
            let id = Runtime::builder().threads(threads).build().run(async {
                let (held, (tell, id)) = (Gate::new(), std::sync::mpsc::channel());
                let begun = held.clone();
                let hold = hold(move |found| {
                    tell.send(found).unwrap();
                    begun.open();
                });
                spawn(hold).detach();
                held.pass().await;
                id.recv().unwrap()
            });
            assert!(!exists(id));
        });
    }
}

// Without an exit.

/// Starts a process with a pipe that only it holds open: at its end the reader comes to an end.
fn with_pipe(command: &mut Command) -> io::PipeReader {
    let (reader, writer) = io::pipe().unwrap();
    command.stdin(Stdio::null()).stderr(writer);
    reader
}

// W473
#[test]
fn a_handle_that_is_dropped_kills_the_process_and_it_is_reaped() {
    check(&["sleep"], || async {
        let mut sleep = Command::new("sleep");
        let mut end = with_pipe(sleep.arg("600"));
        let child = sleep.spawn().unwrap();
        drop(sleep); // its end of the pipe
        let id = child.id();
        drop(child);
        assert_eq!(end.read(&mut [0]).unwrap(), 0);
        // By a thread that nobody waits for.
        while exists(id) {
            taipan::sleep(Duration::from_millis(1)).await;
        }
    });
}

// W472
#[test]
fn an_output_that_is_dropped_before_its_first_poll_kills_the_process() {
    check(&["sleep"], || async {
        let mut sleep = Command::new("sleep");
        let mut end = with_pipe(sleep.arg("600"));
        let output = sleep.output();
        drop(sleep);
        drop(output);
        assert_eq!(end.read(&mut [0]).unwrap(), 0);
    });
}

// W458
#[test]
fn a_detached_process_goes_on() {
    check(&["cat"], || async {
        let mut cat = Command::new("cat");
        let mut child = cat.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let id = child.id();
        child.detach();
        stdin.write_all(b"still here").await.unwrap();
        drop(stdin);
        let mut echo = String::new();
        stdout.read_to_string(&mut echo).await.unwrap();
        assert_eq!(echo, "still here");
        while exists(id) {
            taipan::sleep(Duration::from_millis(1)).await; // it has ended, and is reaped
        }
    });
}

// Waiting.

// W467
#[test]
fn wait_closes_the_input_and_gives_the_status_again_and_again() {
    check(&["cat"], || async {
        let child = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        with(child, async |child| {
            assert!(child.try_wait().unwrap().is_none());
            for _ in 0..2 {
                assert!(child.wait().await.unwrap().success());
            }
            assert!(child.try_wait().unwrap().unwrap().success());
        })
        .await
        .unwrap();
    });
}

// W468
#[test]
fn a_wait_that_is_cancelled_leaves_the_process_alone() {
    check(&["sleep"], || async {
        with(sleeper(), async |child| {
            assert!(timeout(Duration::ZERO, child.wait()).await.is_err());
            assert!(child.try_wait().unwrap().is_none());
            child.kill().unwrap();
            assert!(!child.wait().await.unwrap().success());
        })
        .await
        .unwrap();
    });
}

// W469: asyncio waits until all pipes are closed.
#[test]
fn wait_does_not_wait_for_those_that_the_process_has_started() {
    check(&["sh", "sleep", "kill"], || async {
        let script = "sleep 600 & echo $!; exit 3";
        let mut sh = Command::new("sh");
        let child = sh.args(["-c", script]).stdout(Stdio::piped()).spawn().unwrap();
        let code = with(child, async |child| {
            let code = child.wait().await.unwrap().code();
            // It holds the pipe open: what is written to it is still there.
            let (mut id, mut stdout) = (Vec::new(), child.stdout.take().unwrap());
            while id.last() != Some(&b'\n') {
                let mut byte = [0];
                stdout.read_exact(&mut byte).await.unwrap();
                id.push(byte[0]);
            }
            let id = String::from_utf8(id).unwrap();
            let killed = Command::new("kill").arg(id.trim_end()).status().await.unwrap();
            assert!(killed.success());
            code
        });
        assert_eq!(code.await.unwrap(), Some(3));
    });
}

// W470
#[test]
fn a_process_that_is_blocked_by_a_full_pipe_is_killed_and_reaped() {
    check(&["sh"], || async {
        let mut sh = Command::new("sh");
        sh.args(["-c", "while :; do echo endless; done"]);
        let id = with(sh.stdout(Stdio::piped()).spawn().unwrap(), async |child| {
            let mut byte = [0];
            child.stdout.as_mut().unwrap().read_exact(&mut byte).await.unwrap();
            child.id()
        });
        assert!(!exists(id.await.unwrap()));
    });
}

// Output.

#[test]
fn output_is_what_was_written_to_both_and_the_status() {
    check(&["sh"], || async {
        let mut sh = Command::new("sh");
        sh.args(["-c", "read line; echo out$NAME; echo err >&2; exit 3"]).env("NAME", "put");
        for _ in 0..2 {
            let output = sh.output().await.unwrap();
            assert_eq!((&*output.stdout, &*output.stderr), (&b"output\n"[..], &b"err\n"[..]));
            assert_eq!(output.status.code(), Some(3));
        }
        sh.stdout(Stdio::null()).stderr(Stdio::null()).stdin(Stdio::null());
        let output = sh.output().await.unwrap();
        assert_eq!((output.stdout.len(), output.stderr.len()), (0, 0));
        assert_eq!(sh.status().await.unwrap().code(), Some(3));
    });
}

#[test]
fn output_reads_both_pipes_at_once() {
    check(&["sh", "head"], || async {
        // More than a pipe holds, first to the one and then to the other.
        let script = "head -c 300000 /dev/zero >&2; head -c 400000 /dev/zero";
        let output = Command::new("sh").args(["-c", script]).output().await.unwrap();
        assert_eq!((output.stdout.len(), output.stderr.len()), (400_000, 300_000));
    });
}

// W472
#[test]
fn a_cancelled_output_or_status_kills_the_process_and_waits_until_it_is_reaped() {
    check(&["sh"], || async {
        // The shell tells its number, and becomes the sleeping program: so one process is all there is.
        let script = "echo $$; exec sleep 600";
        let dir = with(taipan::fs::TempDir::new().await.unwrap(), async |dir| {
            for status in [false, true] {
                let file = dir.path().join(if status { "status" } else { "output" });
                let mut sh = Command::new("sh");
                sh.args(["-c", script]).stdout(std::fs::File::create(&file).unwrap());
                let told = async {
                    loop {
                        let text = std::fs::read_to_string(&file).unwrap();
                        match text.trim_end().parse::<u32>() {
                            Ok(id) if text.ends_with('\n') => break id,
                            _ => taipan::sleep(Duration::from_millis(1)).await,
                        }
                    }
                };
                // They start at the call: one of them only.
                let never = if status {
                    let status = sh.status();
                    async { status.await.map(drop) }.boxed_local()
                } else {
                    let output = sh.output();
                    async { output.await.map(drop) }.boxed_local()
                };
                let never = async {
                    never.await.unwrap();
                    unreachable!("nobody ends it")
                };
                let id = race!(never, told).await;
                assert!(!exists(id));
            }
        });
        dir.await.unwrap();
    });
}

// W476
#[test]
fn the_surroundings_are_as_they_were_set() {
    check(&["sh"], || async {
        let mut sh = Command::new("/bin/sh");
        sh.args(["-c", "pwd; echo $A$B$C"]).current_dir("/");
        let output = sh.env("A", "a").env("B", "b").env_remove("B").output().await.unwrap();
        assert_eq!(output.stdout, b"/\na\n");
        let output = sh.env_clear().env("C", "c").output().await.unwrap();
        assert_eq!(output.stdout, b"/\nc\n");
    });
}

#[test]
fn several_outputs_are_gathered() {
    check(&["echo"], || async {
        let words = ["one", "two", "three"];
        let outputs =
            taipan::try_gather!(..words.iter().map(|word| Command::new("echo").arg(word).output()));
        let outputs = outputs.await.unwrap();
        let said: Vec<_> =
            outputs.iter().map(|output| String::from_utf8_lossy(&output.stdout)).collect();
        assert_eq!(said, ["one\n", "two\n", "three\n"]);
        let (one, two) =
            taipan::gather!(Command::new("echo").output(), Command::new("echo").arg("2").output())
                .await;
        assert_eq!((one.unwrap().stdout, two.unwrap().stdout), (b"\n".to_vec(), b"2\n".to_vec()));
    });
}

// W474
#[test]
fn a_program_that_is_not_there_is_an_error() {
    check(&[], || async {
        let mut nothing = Command::new("/no/such/program");
        assert_eq!(nothing.spawn().unwrap_err().kind(), io::ErrorKind::NotFound);
        assert_eq!(nothing.output().await.unwrap_err().kind(), io::ErrorKind::NotFound);
        assert_eq!(nothing.status().await.unwrap_err().kind(), io::ErrorKind::NotFound);
    });
}

// Processes are real: a virtual clock does not wait for them, and they do not wait for it.

#[taipan::test(virtual_time, timeout = 20s)]
async fn on_a_virtual_clock_a_process_runs_and_a_timeout_around_one_is_over_at_once() {
    if !have(&["echo", "sleep"]) {
        return;
    }
    let output = Command::new("echo").arg("hello").output().await.unwrap();
    assert_eq!(output.stdout, b"hello\n");
    let hour = Duration::from_secs(3600);
    assert!(timeout(hour, Command::new("sleep").arg("600").output()).await.is_err());
}
