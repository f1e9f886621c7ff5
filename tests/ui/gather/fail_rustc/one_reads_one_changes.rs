//! One child reads what another changes.

use taipan::prelude::*;

async fn show(lines: &[String]) {
    println!("{lines:?}");
}

async fn read(lines: &mut Vec<String>) {
    lines.push(String::from("a line"));
}

#[taipan::main]
async fn main() {
    let mut lines = Vec::new();
    gather!(show(&lines), read(&mut lines)).await;
}
