#![deny(unused_variables)]
use taipan::generator;

generator! {
    async fn numbers(text: &str) -> u32 {
        yield 1;
    }
}

fn main() {}
