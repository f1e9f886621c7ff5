//! A module and types that shadow what an expansion might name.

#![deny(warnings, clippy::pedantic)]
#![forbid(unsafe_code)]
#![allow(dead_code, non_camel_case_types)]

mod core {}
mod std {}
struct Option;
struct Result;
struct Some;
struct Ok;
struct Err;
struct ExitCode;
fn drop() {}

#[taipan::main(threads = 1)]
async fn main() {
    taipan::sleep!(1us).await;
    let (a, b) = taipan::gather!(async { 1 }, async { 2 }).await;
    assert_eq!(a + b, 3);
}
