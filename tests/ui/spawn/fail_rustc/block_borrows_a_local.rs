//! The block of a task borrows a local of its parent.

use taipan::prelude::*;

#[taipan::main]
async fn main() {
    let url = String::from("http://localhost");
    let task = spawn(async { println!("fetching {url}") });
    task.await.unwrap();
}
