//! What a user of smol starts with: its executor on every core, as the contestant has it.
#![forbid(unsafe_code)]

use std::{future, thread};

use async_executor::Executor;
use async_io::block_on;

static EXECUTOR: Executor<'static> = Executor::new();

fn main() {
    for _ in 1..thread::available_parallelism().map_or(1, usize::from) {
        thread::spawn(|| block_on(EXECUTOR.run(future::pending::<()>())));
    }
    block_on(EXECUTOR.run(async { println!("hello") }));
}
