//! A `Result` that nobody looks at.

async fn save() -> Result<(), String> {
    Ok(())
}

#[taipan::checked]
async fn close() {
    save().await;
}

fn main() {
    taipan::run(close());
}
