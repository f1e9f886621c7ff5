//! `main` returns an `Option`.

#[taipan::main]
async fn main() -> Option<()> {
    Some(())
}
