//! `?` stands on a future.

async fn fetch() -> taipan::Result<String> {
    Ok(String::from("page"))
}

#[taipan::main]
async fn main() -> taipan::Result {
    println!("{}", fetch()?);
    Ok(())
}
