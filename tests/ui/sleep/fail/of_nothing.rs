//! The time is missing.

async fn pause() {
    taipan::sleep!().await;
}

fn main() {}
