//! S384: a future instead of a blocking call.

use taipan::to_thread;

#[taipan::main]
async fn main() {
    let length = to_thread(async { "shh".len() }).await;
    println!("{length}");
}
