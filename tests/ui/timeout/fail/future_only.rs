//! The limit is missing.

async fn fetch() {}

async fn limited() {
    let _ = taipan::timeout!(fetch()).await;
}

fn main() {}
