//! Tasks that give no `Result` cannot fail by their value.

use taipan::task::FirstFailed;
use taipan::{Task, wait};

async fn f(mut tasks: Vec<Task<u32>>) {
    wait(&mut tasks, FirstFailed).await;
}

fn main() {}
