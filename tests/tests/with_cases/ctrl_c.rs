//! Ctrl-C while `a`, and in it `b`, is held: real processes (`src/bin/run_child.rs`) and real signals.

use taipan_tests::{Program, bounded};

const PLACES: [&str; 3] = ["main", "spawned", "local"];
const INTERRUPTED: i32 = 130;

/// Starts the program, and interrupts it when it holds both.
fn interrupted(place: &str, threads: &str, exit: &str) -> Program {
    let program = env!("CARGO_BIN_EXE_run_child");
    let mut program = Program::start(program, &["holds", place, threads, exit]);
    program.expect("ready");
    program.ctrl_c();
    program.expect("-b");
    program
}

#[test]
fn the_first_ends_what_is_held_in_order() {
    bounded(|| {
        for place in PLACES {
            for threads in ["1", "4"] {
                let (status, said) = interrupted(place, threads, "ends").end();
                let expected = ["b:Cancelled", "-a", "a:Cancelled"];
                assert_eq!(said, expected, "in {place} on {threads} threads");
                assert_eq!(status.code(), Some(INTERRUPTED));
            }
        }
    });
}

// It is not waited for, nor is the exit that would come after it.
#[test]
fn the_second_ends_the_process_while_an_exit_hangs() {
    bounded(|| {
        for place in PLACES {
            for threads in ["1", "4"] {
                let program = interrupted(place, threads, "hangs");
                program.ctrl_c();
                let (status, said) = program.end();
                assert_eq!(said, [""; 0], "in {place} on {threads} threads");
                assert_eq!(status.code(), Some(INTERRUPTED));
            }
        }
    });
}
