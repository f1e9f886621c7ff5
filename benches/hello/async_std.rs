//! What a user of async-std starts with.
#![forbid(unsafe_code)]

fn main() {
    async_std::task::block_on(async { println!("hello") });
}
