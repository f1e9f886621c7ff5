//! All kinds of load side by side for as long as you like; then the books are checked.
//!
//! ```sh
//! cargo run --release --example soak -- --minutes 10
//! ```
//!
//! Tasks, timers, sockets, threads and queues are begun, cancelled in the middle, and ended, again and again. What was
//! begun must have ended once, as was told; and when the runtime has ended, the process must have what it had after a
//! short first round: as many descriptors, as many threads, and no more memory, but for a bound. Ends with status 1 if
//! it has not.
#![forbid(unsafe_code)]

mod books;
mod queues;
mod shift;
mod sockets;
mod tasks;
mod threads;
mod timers;

use std::pin::Pin;
use std::process::ExitCode;
use std::time::Duration;

use books::{Account, Process, same, wrong};
use shift::Shift;
use taipan::prelude::*;
use taipan::time::Instant;
use taipan::{Report, ReportKind, Runtime, TaskInfo, interval, timeout_at};

const USAGE: &str = "usage: soak [options]

  --minutes N   for how long, besides a first round of a second
  --seconds N   the same in seconds; both are added (5 s, if neither is given)
  --threads N   on how many threads (as many as there are cores)
  --seed N      what the loads do (1); when they do it is up to the system

When all is over, memory may be larger than after the first round by 16 MiB. That is for what the allocator keeps
for each thread that it has met, and does not give back to the system (after minutes it is about 1 MiB); it does not
grow with time. A leak does: ten bytes for each thing that was begun are more than that after a minute or two.";

/// See above.
const MEMORY: usize = 16 << 20;

/// What is compared to what comes after: all that is made once has been made by then.
const FIRST_ROUND: Duration = Duration::from_secs(1);

/// How many loads of each kind there are.
const LANES: u64 = 3;

/// The loads are stuck if they go on for so long after their time.
const STUCK: Duration = Duration::from_secs(30);

/// How long what was left alone has to end, once the loads have.
const PATIENCE: Duration = Duration::from_secs(5);

const ACCOUNTS: [&Account; 22] = [
    &tasks::BODIES,
    &tasks::HANDLES,
    &tasks::LEFT_ALONE,
    &tasks::REPORTED,
    &tasks::CHILDREN,
    &tasks::RESOURCES,
    &timers::SLEEPS,
    &timers::FIRED,
    &timers::KEPT,
    &timers::TICKS,
    &sockets::CLIENTS,
    &sockets::SERVED,
    &sockets::ECHOES,
    &threads::CALLS,
    &threads::ANSWERS,
    &threads::COMPUTED,
    &threads::LETTERS,
    &queues::MESSAGES,
    &queues::JOBS,
    &queues::PERMITS,
    &queues::LOCKS,
    &queues::ANSWERS,
];

struct Args {
    time: Duration,
    threads: usize,
    seed: u64,
}

impl Args {
    /// `None`: asked for help.
    fn parse(mut args: impl Iterator<Item = String>) -> Result<Option<Args>, String> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let mut parsed = Args { time: Duration::ZERO, threads, seed: 1 };
        while let Some(option) = args.next() {
            let mut number = |range: std::ops::RangeInclusive<u64>| {
                let text = args.next().ok_or(format!("`{option}` wants a number"))?;
                let number = text.parse().ok().filter(|number| range.contains(number));
                let (least, most) = (range.start(), range.end());
                number.ok_or(format!(
                    "`{option}` wants a number from {least} to {most}, not `{text}`"
                ))
            };
            match &*option {
                "--help" | "-h" => return Ok(None),
                // A year.
                "--minutes" => parsed.time += Duration::from_secs(60 * number(0..=525_600)?),
                "--seconds" => parsed.time += Duration::from_secs(number(0..=31_536_000)?),
                "--threads" => parsed.threads = number(1..=1024)? as usize,
                "--seed" => parsed.seed = number(0..=u64::MAX >> 16)?,
                _ => return Err(format!("unknown option `{option}`")),
            }
        }
        if parsed.time.is_zero() {
            parsed.time = Duration::from_secs(5);
        }
        Ok(Some(parsed))
    }
}

fn main() -> ExitCode {
    let args = match Args::parse(std::env::args().skip(1)) {
        Ok(Some(args)) => args,
        Ok(None) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("soak: {error}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    println!("{:?} on {} threads, seed {}", args.time, args.threads, args.seed);
    round(&args, FIRST_ROUND);
    let before = Process::look();
    round(&args, args.time);
    let after = Process::look();

    table();
    compare(before, after);
    balance();
    let complaints = books::complaints();
    for complaint in &complaints {
        eprintln!("soak: {complaint}");
    }
    if !complaints.is_empty() {
        return ExitCode::FAILURE;
    }
    println!("the books balance");
    ExitCode::SUCCESS
}

/// All loads, for so long, in a runtime of their own.
fn round(args: &Args, time: Duration) {
    let runtime = Runtime::builder().threads(args.threads).error_hook(hear).build();
    runtime.run(async {
        let start = Instant::now();
        let ended = task_group!(loads, {
            loads.background(tell(start, time));
            for lane in 0..LANES {
                for (kind, load) in LOADS.iter().enumerate() {
                    let lane = lane * LOADS.len() as u64 + kind as u64;
                    loads.spawn(load(Shift::new(start + time, args.seed, lane)));
                }
            }
        });
        if let Err(error) = ended {
            wrong(format!("a load failed: {error}"));
        }
        // What was left alone ends by itself.
        let _ = timeout!(PATIENCE, {
            while taipan::tasks().len() > 1 {
                sleep!(1ms).await;
            }
        });
        let left: Vec<_> = taipan::tasks().iter().map(TaskInfo::name).collect();
        same("the tasks that are left", left, vec!["main".to_owned()]);
    });
}

type Load = fn(Shift) -> Pin<Box<dyn Future<Output = ()> + Send>>;

const LOADS: [Load; 5] = [
    |dice| Box::pin(tasks::load(dice)),
    |dice| Box::pin(timers::load(dice)),
    |dice| Box::pin(sockets::load(dice)),
    |dice| Box::pin(threads::load(dice)),
    |dice| Box::pin(queues::load(dice)),
];

/// The error hook: panics of tasks that were left alone are expected, and nothing else is.
fn hear(report: &Report) {
    match report.kind() {
        ReportKind::Panic => tasks::REPORTED.begin().panicked(),
        _ => wrong(format!("reported: {report}")),
    }
}

/// Says, once a minute, how far it has come; and who holds up the end, if somebody does.
async fn tell(start: Instant, time: Duration) {
    let mut minutes = interval(60.secs());
    minutes.tick().await; // the first one comes at once
    loop {
        if timeout_at(start + time + STUCK, minutes.tick()).await.is_err() {
            eprintln!("soak: not over {STUCK:?} after its time; these tasks are left:");
            taipan::tasks().iter().for_each(|task| eprintln!("{task:?}"));
            table();
            std::process::exit(1);
        }
        let begun: u64 = ACCOUNTS.iter().map(|account| account.figures()[0]).sum();
        let process = Process::look().map_or_else(String::new, |process| format!("; {process}"));
        println!("{:.0?} of {time:?}: {begun} begun{process}", start.elapsed());
    }
}

fn table() {
    println!("{:22}{:>12}{:>12}{:>12}{:>12}", "", "begun", "done", "cancelled", "panicked");
    for account in ACCOUNTS {
        let [begun, done, cancelled, panicked] = account.figures();
        println!("{:22}{begun:12}{done:12}{cancelled:12}{panicked:12}", account.name);
    }
}

/// Whether everything has ended, as was told.
fn balance() {
    for account in ACCOUNTS {
        same(&format!("{} that have not ended", account.name), account.open(), 0);
    }
    // One that panics, and is cancelled while its resources exit, is told as a panic: its body is dropped in peace.
    let told = |account: &Account| {
        let [begun, done, cancelled, panicked] = account.figures();
        [begun, done, cancelled + panicked]
    };
    same("what handles tell of tasks", told(&tasks::HANDLES), told(&tasks::BODIES));
    let (reported, panicked) = (tasks::REPORTED.figures()[3], tasks::LEFT_ALONE.figures()[3]);
    same("panics that were reported", reported, panicked);
    let [.., cut, panicked] = tasks::RESOURCES.figures();
    same("resources that were not exited", cut + panicked, 0);
}

/// Whether the process has what it had before.
fn compare(before: Option<Process>, after: Option<Process>) {
    let (Some(before), Some(after)) = (before, after) else {
        println!("there is no /proc here: descriptors, threads and memory are not checked");
        return;
    };
    println!("before: {before}\nafter:  {after}");
    same("descriptors", after.descriptors, before.descriptors);
    same("threads", after.threads, before.threads);
    let grown = after.memory.saturating_sub(before.memory);
    if grown > MEMORY {
        wrong(format!("memory has grown by {} MiB, and may by {}", grown >> 20, MEMORY >> 20));
    }
}
