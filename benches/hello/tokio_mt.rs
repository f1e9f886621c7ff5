//! What a user of tokio starts with.
#![forbid(unsafe_code)]

#[tokio::main]
async fn main() {
    println!("hello");
}
