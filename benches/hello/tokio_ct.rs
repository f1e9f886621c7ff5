//! What a user of tokio starts with, on one thread.
#![forbid(unsafe_code)]

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("hello");
}
