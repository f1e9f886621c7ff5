//! S384: a closure that gives a future; nobody awaits it.

use taipan::to_thread;

#[taipan::main]
async fn main() {
    let length: usize = to_thread(|| async { "shh".len() }).await;
    println!("{length}");
}
