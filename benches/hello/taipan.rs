//! What a user of taipan starts with.
#![forbid(unsafe_code)]

#[taipan::main]
async fn main() {
    println!("hello");
}
