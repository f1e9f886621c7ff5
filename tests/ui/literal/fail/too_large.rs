//! A time is too large.

async fn pause() {
    taipan::sleep!(99999999999999999999999h).await;
}

fn main() {}
