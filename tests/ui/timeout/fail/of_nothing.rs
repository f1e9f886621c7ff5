//! Nothing is given.

async fn limited() {
    let _ = taipan::timeout!().await;
}

fn main() {}
