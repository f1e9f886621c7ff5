//! Standard input, line by line.

#![deny(deprecated)]

#[taipan::main]
async fn main() {
    for line in std::io::stdin().lines() {
        println!("{}", line.unwrap());
    }
}
