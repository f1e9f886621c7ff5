//! A number has no exit.

#[taipan::main]
async fn main() {
    taipan::with!(n = 5, { println!("{n}") });
}
