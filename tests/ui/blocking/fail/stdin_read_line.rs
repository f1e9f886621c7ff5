//! A line is read from standard input.

#![deny(deprecated)]

#[taipan::main]
async fn main() {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
}
