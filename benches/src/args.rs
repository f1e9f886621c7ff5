//! The command line.

use std::fmt::Write;

use crate::goals;
use crate::rival;
use crate::workload::{self, Row};

/// What the command line asks for.
pub(crate) enum Command {
    Help,
    /// One cell, in this process.
    Cell {
        workload: String,
        rival: String,
    },
    /// The client of a workload with sockets.
    Client(String),
    Measure(Args),
}

/// What to measure, and how to tell of it.
pub(crate) struct Args {
    pub(crate) workloads: Vec<Row>,
    pub(crate) rivals: Vec<&'static str>,
    pub(crate) runs: usize,
    pub(crate) json: bool,
    /// Where a chart is written to.
    pub(crate) plot: Option<String>,
    /// Measures in sessions, and says which goals are met.
    pub(crate) goals: bool,
}

impl Args {
    pub(crate) fn parse(mut args: impl Iterator<Item = String>) -> Result<Command, String> {
        let mut only = None;
        let mut against = None;
        let mut runs = None;
        let mut json = false;
        let mut goals = false;
        let mut plot = None;
        while let Some(arg) = args.next() {
            let mut value = || args.next().ok_or(format!("`{arg}` wants a value"));
            match &*arg {
                "--help" | "-h" => return Ok(Command::Help),
                "--cell" => return Ok(Command::Cell { workload: value()?, rival: value()? }),
                "--client" => return Ok(Command::Client(value()?)),
                "--only" => only = Some(value()?),
                "--against" => against = Some(value()?),
                "--runs" => {
                    let text = value()?;
                    let number = text.parse().ok().filter(|&runs| runs > 0);
                    runs = Some(
                        number.ok_or(format!("`--runs` wants a number from 1 up, not `{text}`"))?,
                    );
                }
                "--json" => json = true,
                "--plot" => {
                    let file = value()?;
                    if file.is_empty() {
                        return Err("`--plot` wants the name of a file".to_owned());
                    }
                    plot = Some(file);
                }
                "--goals" => goals = true,
                _ => return Err(format!("unknown option `{arg}`")),
            }
        }
        // A session is repeated anyway.
        let runs = runs.unwrap_or(if goals { 3 } else { 5 });
        let mut workloads = workload::all();
        if let Some(only) = only {
            let names: Vec<_> = workloads.iter().map(|row| row.name).collect();
            let chosen = choose("workload", &only, &names)?;
            workloads.retain(|row| chosen.contains(&row.name));
        }
        if goals {
            workloads.retain(|row| goals::has_goal(row.name));
        }
        let mut rivals: Vec<_> = rival::names().collect();
        // What the goals refer to, unless the command line knows better.
        if goals && against.is_none() {
            rivals.retain(|name| {
                rival::is_own(name) || rival::is_reference(name) || *name == "uvloop"
            });
        }
        if let Some(against) = against {
            let chosen = choose("contestant", &against, &rivals)?;
            rivals.retain(|name| rival::is_own(name) || chosen.contains(name));
        }
        Ok(Command::Measure(Args { workloads, rivals, runs, json, plot, goals }))
    }
}

/// The names in `list`, a comma between two, each of which must be known.
fn choose(kind: &str, list: &str, known: &[&'static str]) -> Result<Vec<&'static str>, String> {
    list.split(',')
        .map(|name| {
            known
                .iter()
                .copied()
                .find(|known| *known == name)
                .ok_or_else(|| format!("unknown {kind} `{name}`; there are {}", known.join(", ")))
        })
        .collect()
}

/// The answer to `--help`.
pub(crate) fn help() -> String {
    let mut help = String::from(
        "taipan measured beside its rivals

usage: cargo run --release -p taipan-benches -- [options]

  --only A,B      these workloads only
  --against A,B   taipan beside these rivals only
  --runs N        measures everything N times (5; 3 with --goals)
  --json          one JSON object a line instead of the table
  --plot FILE     writes the ratios as a bar chart, in SVG, too
  --goals         5 sessions of N runs each, of the workloads that have goals; fails if one is missed

workloads:
",
    );
    for row in workload::all() {
        let _ = writeln!(help, "  {:<12} {}", row.name, row.about);
    }
    help.push_str("\ncontestants:\n");
    for (name, about) in rival::all() {
        let _ = writeln!(help, "  {name:<12} {about}");
    }
    help
}
