//! Ctrl-C: real processes (`src/bin/run_child.rs`) and real signals.
#![cfg(unix)]
#![forbid(unsafe_code)]

use std::os::unix::process::ExitStatusExt;

use taipan_tests::{Program, bounded, ignores_ctrl_c};

const SIGINT: i32 = 2;
const INTERRUPTED: i32 = 130;

/// Starts a program, and waits until it says that it is ready.
fn start(which: &str) -> Program {
    let mut program = Program::start(env!("CARGO_BIN_EXE_run_child"), &[which]);
    program.expect("ready");
    program
}

// A14, A15
#[test]
fn the_first_cancels_main_awaits_the_exits_and_gives_130() {
    bounded(|| {
        let program = start("exits");
        program.ctrl_c();
        let (status, mut said) = program.end();
        // The exit of main is awaited before main counts as ended; only then the task is cancelled.
        let expected = ["main dropped", "exit of main", "exit of the task", "after main"];
        // The exit runs on a thread of its own, beside what main drops.
        said[..2].sort_by_key(|word| word != "main dropped");
        assert_eq!(said, expected);
        assert_eq!(status.code(), Some(INTERRUPTED));
    });
}

#[test]
fn the_exits_may_ask_why() {
    bounded(|| {
        let program = start("why");
        program.ctrl_c();
        let (status, said) = program.end();
        let expected = vec!["interrupted by Ctrl-C".to_owned()];
        assert_eq!((status.code(), said), (Some(INTERRUPTED), expected));
    });
}

// A14
#[test]
fn it_reaches_a_main_that_never_waits() {
    bounded(|| {
        let program = start("spinning");
        program.ctrl_c();
        let (status, said) = program.end();
        assert_eq!((status.code(), said), (Some(INTERRUPTED), vec!["main dropped".to_owned()]));
    });
}

#[test]
fn the_second_ends_the_process_while_an_exit_hangs() {
    bounded(|| {
        let mut program = start("exit hangs");
        program.ctrl_c();
        program.expect("exit begins");
        program.ctrl_c();
        let (status, said) = program.end();
        assert_eq!((status.code(), said), (Some(INTERRUPTED), Vec::new()));
    });
}

#[test]
fn the_second_ends_the_process_while_a_task_is_stuck_in_a_poll() {
    bounded(|| {
        let mut program = start("task stuck");
        program.ctrl_c();
        program.expect("main dropped");
        program.ctrl_c();
        let (status, said) = program.end();
        assert_eq!((status.code(), said), (Some(INTERRUPTED), Vec::new()));
    });
}

// On Linux only: there a signal to the process goes to its main thread, if that is not blocking it, so that the
// child can tell when the first one has come.
#[cfg(target_os = "linux")]
#[test]
fn the_second_ends_the_process_while_main_is_stuck_in_a_poll() {
    bounded(|| {
        let mut program = start("main stuck");
        program.ctrl_c();
        program.expect("signalled");
        program.ctrl_c();
        let (status, said) = program.end();
        assert_eq!((status.code(), said), (Some(INTERRUPTED), Vec::new()));
    });
}

#[test]
fn not_watched_it_kills_the_process() {
    if ignores_ctrl_c() {
        return eprintln!("SKIPPED: a program that is started here ignores Ctrl-C by default");
    }
    bounded(|| {
        let program = start("not watched");
        program.ctrl_c();
        let (status, said) = program.end();
        assert_eq!((status.signal(), status.code(), said), (Some(SIGINT), None, Vec::new()));
    });
}

// A17: `run` by itself installs no handler.
#[test]
fn run_leaves_signals_alone() {
    if ignores_ctrl_c() {
        return eprintln!("SKIPPED: a program that is started here ignores Ctrl-C by default");
    }
    bounded(|| {
        let program = start("plain run");
        program.ctrl_c();
        assert_eq!(program.end().0.signal(), Some(SIGINT));
    });
}

// A16: an interrupt that comes too late to cancel main does not turn its value into one.
#[test]
fn a_main_that_had_ended_keeps_its_value() {
    bounded(|| {
        let mut program = start("main had ended");
        program.ctrl_c();
        program.answer();
        let (status, said) = program.end();
        assert_eq!((status.code(), said), (Some(7), vec!["exit of the task".to_owned()]));
    });
}
