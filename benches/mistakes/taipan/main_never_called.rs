//! the attribute stands on a function that nobody calls
//@ fix: run another one by

#![deny(dead_code)]

#[taipan::main]
async fn /*<*/ start() {} /*>*/

fn main() {}
