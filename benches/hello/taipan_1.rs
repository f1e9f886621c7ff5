//! What a user of taipan starts with, on one thread.
#![forbid(unsafe_code)]

#[taipan::main(threads = 1)]
async fn main() {
    println!("hello");
}
