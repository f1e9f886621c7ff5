//! The second argument is no future.

async fn limited() {
    let _ = taipan::timeout!(5s, 7).await;
}

fn main() {}
