//! `?` stands in a `main` that returns nothing.

#[taipan::main]
async fn main() {
    let n: u32 = "42".parse()?;
    println!("{n}");
}
