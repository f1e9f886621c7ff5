//! One scenario, cancelled at every poll, in every way, again and again; then the books are checked.
//!
//! ```sh
//! cargo run --release --example cancel_storm -- --cancellations 10000000
//! ```
//!
//! The scenario holds resources in nested `with`s, under limits of time, in races, groups, shields, streams
//! and tasks: see `tests/src/storm`. Each resource that was entered must have exited once, inner ones
//! before outer ones, by the time whoever cancelled reports. Ends with status 1 if one has not.
#![forbid(unsafe_code)]

use std::io::{IsTerminal, stderr};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use std::{cell::Cell, thread};

use taipan_tests::storm::{Figures, storm};

const USAGE: &str = "usage: cancel_storm [options]

  --cancellations N   how often the scenario is cut off (20000)
  --threads N         on how many threads it runs (as many as there are cores)
  --seed N            where the seeds begin (1); on one thread, the same seed gives the same storm";

struct Args {
    cancellations: u64,
    threads: usize,
    seed: u64,
}

impl Args {
    /// `None`: asked for help.
    fn parse(mut args: impl Iterator<Item = String>) -> Result<Option<Args>, String> {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let mut parsed = Args { cancellations: 20_000, threads, seed: 1 };
        while let Some(option) = args.next() {
            let mut number = |least: u64| {
                let text = args.next().ok_or(format!("`{option}` wants a number"))?;
                let number = text.parse().ok().filter(|&number| number >= least);
                number.ok_or(format!("`{option}` wants a number from {least} up, not `{text}`"))
            };
            match &*option {
                "--help" | "-h" => return Ok(None),
                "--cancellations" => parsed.cancellations = number(1)?,
                "--threads" => {
                    // More than that is a slip of the finger.
                    let threads = number(1)?;
                    if threads > 1024 {
                        return Err(format!("`--threads` takes at most 1024, not {threads}"));
                    }
                    parsed.threads = threads as usize;
                }
                "--seed" => parsed.seed = number(0)?,
                _ => return Err(format!("unknown option `{option}`")),
            }
        }
        Ok(Some(parsed))
    }
}

fn main() -> ExitCode {
    let Args { cancellations, threads, seed } = match Args::parse(std::env::args().skip(1)) {
        Ok(Some(args)) => args,
        Ok(None) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("cancel_storm: {error}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    println!("{cancellations} cancellations, {threads} threads, seed {seed}");
    let begun = Instant::now();
    let figures = storm(threads, cancellations, seed, progress(cancellations));
    println!("{figures}");
    println!("after {:.1} s", begun.elapsed().as_secs_f64());
    if !figures.is_clean() {
        eprintln!(
            "cancel_storm: not everything that was entered has exited once, in order and in time"
        );
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// Tells, once a second, how far it has come: on one line of a terminal, or in lines.
fn progress(whole: u64) -> impl Fn(&Figures) {
    let told = Cell::new(Instant::now());
    let end = if stderr().is_terminal() { "\r" } else { "\n" };
    move |figures| {
        let done = figures.cancellations;
        if told.get().elapsed() >= Duration::from_secs(1) || (done >= whole && end == "\r") {
            told.set(Instant::now());
            eprint!("{done} of {whole} cancellations{}", if done < whole { end } else { "\n" });
        }
    }
}
