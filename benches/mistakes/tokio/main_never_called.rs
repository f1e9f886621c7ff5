//! the attribute stands on a function that nobody calls

#![deny(dead_code)]

#[tokio::main]
async fn /*<*/ start() {} /*>*/

fn main() {}
