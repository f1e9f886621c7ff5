//! The future is missing.

async fn limited() {
    let _ = taipan::timeout!(5s).await;
}

fn main() {}
