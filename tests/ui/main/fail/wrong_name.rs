//! The function has another name.

#[taipan::main]
async fn start() {}

fn main() {}
