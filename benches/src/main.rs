//! taipan measured beside its rivals: `cargo run --release -p taipan-benches -- --help`.
//!
//! # How it measures
//!
//! A *cell* is one workload on one contestant, in a process of its own: nothing that one leaves behind
//! (threads, a heap in pieces, a warm cache) helps or hurts the next. A run measures every cell
//! once; within a workload the contestants take turns, and who begins moves on with each run, so
//! that a slow minute of the machine hits all alike. A cell runs its workload once to warm up and
//! then for 0.3 s, and checks the result each time: a wrong answer is no time.
//!
//! # Where things are
//!
//! 1. `rival`: the contestants behind one interface, one a file; those in Python beside it.
//! 2. `kit`: what their tasks meet by.
//! 3. `workload`: what they do, one a file.
//! 4. `measure`: a cell, and the process around it.
//! 5. `table`: medians, spreads and ratios; `report` prints them, `plot` draws them.
//! 6. `goals`: what must be reached, and whether it is.
#![forbid(unsafe_code)]

mod args;
mod goals;
mod kit;
mod machine;
mod measure;
mod net;
mod plot;
mod process;
mod report;
mod rival;
mod table;
mod versions;
mod workload;

use std::fs;
use std::io;
use std::process::ExitCode;

use args::{Args, Command};
use goals::Verdicts;
use machine::Conditions;
use measure::{Cell, Failure};
use report::Report;
use rival::python::Python;
use table::Table;
use workload::hello;

fn main() -> ExitCode {
    match Args::parse(std::env::args().skip(1)) {
        Ok(Command::Help) => {
            print!("{}", args::help());
            ExitCode::SUCCESS
        }
        Ok(Command::Cell { workload, rival }) => measure::run_here(&workload, &rival),
        Ok(Command::Client(order)) => match workload::tcp::client(&order) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("the client: {error}");
                ExitCode::FAILURE
            }
        },
        Ok(Command::Measure(args)) => measure_all(args),
        Err(error) => {
            eprintln!("taipan-benches: {error}; see --help");
            ExitCode::from(2)
        }
    }
}

fn measure_all(mut args: Args) -> ExitCode {
    let pythons = find_pythons(&mut args.rivals);
    let names: Vec<_> = args.workloads.iter().map(|row| row.name).collect();
    let in_rust: Vec<_> = args
        .rivals
        .iter()
        .copied()
        .filter(|name| !pythons.iter().any(|python| python.is(name)))
        .collect();
    if let Err(error) = hello::build(&names, &in_rust) {
        eprintln!("taipan-benches: cannot build hello: {error}");
        return ExitCode::FAILURE;
    }
    let mut versions = versions::of_crates();
    versions.extend(pythons.iter().map(|python| python.version.clone()));
    let conditions = Conditions::now(versions);
    let mut table = Table::new(&args.workloads, &args.rivals);
    let runs = if args.goals { goals::SESSIONS * args.runs } else { args.runs };
    for run in 0..runs {
        for workload in &args.workloads {
            for turn in 0..args.rivals.len() {
                let rival = args.rivals[(turn + run) % args.rivals.len()];
                let cell = Cell { workload: workload.name, rival };
                let command = match pythons.iter().find(|python| python.is(rival)) {
                    Some(python) => python.command(workload.name).map(Ok),
                    None => Some(measure::command(cell)),
                };
                let Some(command) = command else { continue };
                eprintln!("run {} of {runs}: {} on {rival}", run + 1, workload.name);
                let broken = |error: io::Error| Failure::Broken(error.to_string());
                let figures = command.map_err(broken).and_then(measure::in_a_process);
                table.add(run, cell, figures);
            }
        }
    }
    let report = Report { table: &table, runs: 0..runs, conditions: &conditions };
    print!("{}", if args.json { report.json() } else { report.text() });
    if let Some(file) = &args.plot {
        let svg = plot::svg(&table, &report.runs, &conditions.to_string());
        if let Err(error) = fs::write(file, svg) {
            eprintln!("taipan-benches: cannot write {file}: {error}");
            return ExitCode::FAILURE;
        }
    }
    let mut missed = false;
    if args.goals {
        let verdicts = Verdicts::of(&table, args.runs);
        print!("{}", if args.json { verdicts.json() } else { verdicts.text() });
        missed = verdicts.failed();
    }
    if missed || table.failed() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Those of the contestants that are Python programs; leaves out, and says so, what is not installed.
fn find_pythons(rivals: &mut Vec<&'static str>) -> Vec<Python> {
    let mut pythons = Vec::new();
    rivals.retain(|&name| match Python::find(name) {
        Some(Ok(python)) => {
            pythons.push(python);
            true
        }
        Some(Err(error)) => {
            eprintln!("skipped {name}: {error}");
            false
        }
        None => true,
    });
    pythons
}
