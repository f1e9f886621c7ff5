//! The future was awaited already.

async fn fetch() -> u32 {
    1
}

async fn limited() {
    let _ = taipan::timeout!(5s, fetch().await).await;
}

fn main() {}
