//! The body is half-typed: rustc says so, and nothing else is missing.

#[taipan::main]
async fn main() {
    let text = "text";
    let n = text.;
    println!("{text}{n}");
}
