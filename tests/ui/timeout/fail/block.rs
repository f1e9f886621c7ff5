//! A block is not a future.

async fn limited() {
    let _ = taipan::timeout!(5s, { 1 }).await;
}

fn main() {}
