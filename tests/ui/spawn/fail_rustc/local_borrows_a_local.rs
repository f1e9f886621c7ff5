//! A task of the same thread borrows a local of its parent.

use taipan::prelude::*;

async fn greet(name: &str) {
    println!("hello {name}");
}

#[taipan::main]
async fn main() {
    let name = String::from("Ada");
    let task = spawn_local(greet(&name));
    task.await.unwrap();
}
