//! The same, of the function.

#![deny(deprecated)]

async fn save() -> Result<(), String> {
    Ok(())
}

#[taipan::main]
async fn main() {
    taipan::gather([save(), save()]).await;
}
