//! `main` may return any `Result`.

#[taipan::main]
async fn main() -> taipan::Result {
    let port: u16 = "8080".parse()?;
    assert_eq!(port, 8080);
    Ok(())
}
