//! What becomes of one task, N times: `benches/instructions.sh` counts the instructions of it.
//!
//! `task_cost taipan|tokio KIND N`, on one thread. The kinds:
//!
//! - `spawn`: spawns a task that is ready at its first poll, and joins it; 100 at a time;
//! - `chain`: a task spawns the next one, and its handle is dropped;
//! - `wake`: a task wakes itself, and comes by the run queue to its next poll;
//! - `join`: joins one task after the other, each of which has been polled once before it ends;
//! - `memory`: prints how many bytes each of N tasks takes that wait for ever, its future's 8 among them.
#![forbid(unsafe_code)]

use std::fs;
use std::future::{self, poll_fn};
use std::hint::black_box;
use std::process::ExitCode;
use std::task::Poll;

use tokio::sync::oneshot;

/// How many tasks are alive at once.
const BATCH: u64 = 100;

trait Rival: 'static {
    type Task: Send + 'static;

    fn run(main: impl Future<Output = ()> + Send + 'static);
    fn spawn(future: impl Future<Output = u64> + Send + 'static) -> Self::Task;
    fn join(task: Self::Task) -> impl Future<Output = u64> + Send;
}

struct Taipan;

impl Rival for Taipan {
    type Task = taipan::Task<u64>;

    fn run(main: impl Future<Output = ()> + Send + 'static) {
        taipan::Runtime::builder().threads(1).build().run(async {
            taipan::spawn(main).await.expect("main's task is not cancelled");
        });
    }

    fn spawn(future: impl Future<Output = u64> + Send + 'static) -> Self::Task {
        taipan::spawn(future)
    }

    async fn join(task: Self::Task) -> u64 {
        task.await.expect("nobody cancels it")
    }
}

struct Tokio;

impl Rival for Tokio {
    type Task = tokio::task::JoinHandle<u64>;

    fn run(main: impl Future<Output = ()> + Send + 'static) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("the runtime can be built");
        runtime.block_on(async {
            tokio::spawn(main).await.expect("main's task is not cancelled");
        });
    }

    fn spawn(future: impl Future<Output = u64> + Send + 'static) -> Self::Task {
        tokio::spawn(future)
    }

    async fn join(task: Self::Task) -> u64 {
        task.await.expect("nobody cancels it")
    }
}

async fn spawns<R: Rival>(times: u64) {
    let mut tasks = Vec::new();
    for _ in 0..times / BATCH {
        tasks.extend((0..BATCH).map(|n| R::spawn(async move { n })));
        for task in tasks.drain(..) {
            black_box(R::join(task).await);
        }
    }
}

/// The channel is tokio's on either side: it is used once, and runs on any runtime.
fn link<R: Rival>(left: u64, end: oneshot::Sender<()>) {
    drop(R::spawn(async move {
        match left {
            0 => end.send(()).expect("main waits for it"),
            _ => link::<R>(left - 1, end),
        }
        left
    }));
}

async fn wakes(times: u64) {
    let mut left = times;
    poll_fn(|cx| {
        if left == 0 {
            return Poll::Ready(());
        }
        left -= 1;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

async fn chain<R: Rival>(times: u64) {
    let (end, ended) = oneshot::channel();
    link::<R>(times, end);
    ended.await.expect("the last link sends it");
}

async fn joins<R: Rival>(times: u64) {
    for n in 0..times {
        let task = R::spawn(async move {
            wakes(1).await;
            n
        });
        black_box(R::join(task).await);
    }
}

/// The bytes of this process that are in memory.
fn resident() -> u64 {
    let sizes = fs::read_to_string("/proc/self/smaps_rollup").expect("Linux tells it");
    let line = sizes.lines().find(|line| line.starts_with("Rss:")).expect("it is among them");
    let kib = line.split_whitespace().nth(1).expect("a number stands beside it");
    kib.parse::<u64>().expect("it is one") * 1024
}

async fn memory<R: Rival>(tasks: u64) {
    let before = resident();
    for _ in 0..tasks {
        drop(R::spawn(future::pending()));
    }
    wakes(2).await;
    println!("{:.1} bytes a task", (resident() - before) as f64 / tasks as f64);
}

fn run<R: Rival>(kind: &str, times: u64) -> bool {
    match kind {
        "spawn" => R::run(spawns::<R>(times)),
        "chain" => R::run(chain::<R>(times)),
        "wake" => R::run(wakes(times)),
        "join" => R::run(joins::<R>(times)),
        "memory" => R::run(memory::<R>(times)),
        _ => return false,
    }
    true
}

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args().skip(1).collect();
    let run = match args.first().map(String::as_str) {
        Some("taipan") => run::<Taipan>,
        Some("tokio") => run::<Tokio>,
        _ => return usage(),
    };
    let [_, kind, times] = &args[..] else { return usage() };
    match times.parse() {
        Ok(times) if run(kind, times) => ExitCode::SUCCESS,
        _ => usage(),
    }
}

fn usage() -> ExitCode {
    eprintln!("usage: task_cost taipan|tokio spawn|chain|wake|join|memory N");
    ExitCode::from(2)
}
