//! The smallest program of each contestant, `hello/`: how soon it ends, how big it is.

use std::env;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::{self, Command, Stdio};
use std::time::{Duration, Instant};

use super::{Figure, Probe, sized};
use crate::measure::Failure;
use crate::rival::Rival;

/// From its start to its end.
pub(crate) struct Start;

const STARTS: u64 = sized(100);

impl Probe for Start {
    const NAME: &'static str = "start";
    const ABOUT: &'static str =
        "hello in a process of its own, from start to end, beyond /bin/true; median of 100";
    const FIGURES: &'static [Figure] = &[Figure { label: "", unit: "us" }];

    fn measure<R: Rival>() -> Result<Vec<f64>, Failure> {
        let hello = program(R::NAME).map_err(broken)?;
        let (mut with, mut without) = (Vec::new(), Vec::new());
        for _ in 0..STARTS {
            with.push(run(Command::new(&hello), "hello\n")?);
            without.push(run(Command::new("/bin/true"), "")?);
        }
        with.sort();
        without.sort();
        let micros = |times: &[Duration]| times[times.len() / 2].as_nanos() as f64 / 1e3;
        Ok(vec![micros(&with) - micros(&without)])
    }
}

/// Runs it to its end, and checks what it says.
fn run(mut command: Command, says: &str) -> Result<Duration, Failure> {
    let started = Instant::now();
    let output = command.stdin(Stdio::null()).output().map_err(broken)?;
    let took = started.elapsed();
    if output.status.success() && output.stdout == says.as_bytes() {
        Ok(took)
    } else {
        Err(Failure::Wrong(format!("{command:?} gave {output:?}")))
    }
}

/// Its size, without symbols.
pub(crate) struct Size;

impl Probe for Size {
    const NAME: &'static str = "size";
    const ABOUT: &'static str = "the program hello, stripped of its symbols";
    const FIGURES: &'static [Figure] = &[Figure { label: "", unit: "KiB" }];

    fn measure<R: Rival>() -> Result<Vec<f64>, Failure> {
        let stripped =
            env::temp_dir().join(format!("taipan-benches-{}-{}", R::NAME, process::id()));
        let mut strip = Command::new("strip");
        strip.arg("-o").arg(&stripped).arg(program(R::NAME).map_err(broken)?);
        let status = strip
            .status()
            .map_err(|error| Failure::Broken(format!("strip (of binutils): {error}")))?;
        if !status.success() {
            return Err(Failure::Broken(format!("strip: {status}")));
        }
        let size = fs::metadata(&stripped).map_err(broken)?.len();
        fs::remove_file(&stripped).map_err(broken)?;
        Ok(vec![size as f64 / 1024.0])
    }
}

/// Has cargo build the programs, as this one was built, if one of `workloads` needs them.
pub(crate) fn build(workloads: &[&str], contestants: &[&str]) -> Result<(), String> {
    if !workloads.iter().any(|name| [Start::NAME, Size::NAME].contains(name)) {
        return Ok(());
    }
    // A test has them beside it; what they measure there says nothing, so they may be old.
    let is_there = |name: &&str| program(name).is_ok_and(|path| path.exists());
    if cfg!(debug_assertions) && contestants.iter().all(is_there) {
        return Ok(());
    }
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--quiet", "--package", env!("CARGO_PKG_NAME")]);
    cargo.arg("--manifest-path").arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    for contestant in contestants {
        cargo.arg("--bin").arg(format!("hello-{contestant}"));
    }
    let status = cargo.status().map_err(|error| format!("cargo: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("cargo: {status}")) }
}

/// Where cargo puts it: beside this one.
fn program(contestant: &str) -> io::Result<PathBuf> {
    Ok(env::current_exe()?.with_file_name(format!("hello-{contestant}{}", env::consts::EXE_SUFFIX)))
}

fn broken(error: io::Error) -> Failure {
    Failure::Broken(error.to_string())
}
