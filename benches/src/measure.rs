//! A cell: one workload on one contestant, in a process of its own.

use std::env;
use std::fmt;
use std::io::{self, Read};
use std::process::{Child, Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::rival::Rival;
use crate::workload::{self, Workload};

/// Rounds are timed until they make this much together; one is enough where times say nothing.
const ENOUGH: Duration = Duration::from_millis(if cfg!(debug_assertions) { 0 } else { 300 });

/// A process that has not ended by then hangs.
const LIMIT: Duration = Duration::from_secs(120);

/// Which workload on which contestant.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Cell {
    pub(crate) workload: &'static str,
    pub(crate) rival: &'static str,
}

/// Why there is no time.
#[derive(Clone, Debug)]
pub(crate) enum Failure {
    /// The workload gave something else than it must.
    Wrong(String),
    /// It did not end.
    Hung,
    /// The process could not be started, or ended badly.
    Broken(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Wrong(what) => write!(f, "wrong answer: {what}"),
            Failure::Hung => write!(f, "no end after {} s", LIMIT.as_secs()),
            Failure::Broken(what) => write!(f, "broken: {what}"),
        }
    }
}

/// Measures `W` on `R` in this process: nanoseconds an operation.
pub(crate) fn time<W: Workload, R: Rival>() -> Result<f64, Failure> {
    R::run(async {
        // The first round warms up.
        round::<W, R>().await?;
        let (mut rounds, mut spent) = (0, Duration::ZERO);
        loop {
            spent += round::<W, R>().await?;
            rounds += 1;
            if spent >= ENOUGH {
                return Ok(spent.as_nanos() as f64 / (rounds * W::OPERATIONS) as f64);
            }
        }
    })
}

/// Times one round, and checks what it gave.
async fn round<W: Workload, R: Rival>() -> Result<Duration, Failure> {
    let started = Instant::now();
    let answer = W::round::<R>().await;
    let took = started.elapsed();
    if answer == W::ANSWER {
        Ok(took)
    } else {
        Err(Failure::Wrong(format!("{answer} instead of {}", W::ANSWER)))
    }
}

/// The child's side: measures one cell and prints its figures.
pub(crate) fn run_here(workload: &str, rival: &str) -> ExitCode {
    let Some(row) = workload::all().into_iter().find(|row| row.name == workload) else {
        eprintln!("unknown workload `{workload}`");
        return ExitCode::from(2);
    };
    let Some((_, cell)) = row.cells.iter().find(|(name, _)| *name == rival) else {
        eprintln!("unknown contestant `{rival}`");
        return ExitCode::from(2);
    };
    match cell() {
        Ok(figures) => {
            let figures: Vec<_> = figures.iter().map(f64::to_string).collect();
            println!("figures {}", figures.join(" "));
        }
        Err(failure) => println!("{failure}"),
    }
    ExitCode::SUCCESS
}

/// What measures `cell` in a process of its own; see [`run_here`].
pub(crate) fn command(cell: Cell) -> io::Result<Command> {
    let mut command = Command::new(env::current_exe()?);
    command.args(["--cell", cell.workload, cell.rival]);
    Ok(command)
}

/// Runs what measures a cell, and gives the figures that it prints.
pub(crate) fn in_a_process(mut command: Command) -> Result<Vec<f64>, Failure> {
    let broken = |error: io::Error| Failure::Broken(error.to_string());
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().map_err(broken)?;
    let ended = wait(&mut child)?;
    let mut printed = String::new();
    if let Some(mut stdout) = child.stdout.take() {
        stdout.read_to_string(&mut printed).map_err(broken)?;
    }
    if !ended.success() {
        return Err(Failure::Broken(ended.to_string()));
    }
    let printed = printed.trim();
    figures(printed).ok_or_else(|| Failure::Wrong(printed.to_owned()))
}

/// The figures in what a child printed.
fn figures(printed: &str) -> Option<Vec<f64>> {
    printed.strip_prefix("figures ")?.split(' ').map(|figure| figure.parse().ok()).collect()
}

/// Waits for `child`, and kills it if it takes too long. It prints too little to fill the pipe.
fn wait(child: &mut Child) -> Result<std::process::ExitStatus, Failure> {
    let broken = |error: io::Error| Failure::Broken(error.to_string());
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait().map_err(broken)? {
            return Ok(status);
        }
        if started.elapsed() > LIMIT {
            child.kill().and_then(|()| child.wait()).map_err(broken)?;
            return Err(Failure::Hung);
        }
        // Long enough to leave the cores to the child.
        thread::sleep(Duration::from_millis(10));
    }
}
