//! A unit is in capitals.

async fn pause() {
    taipan::sleep!(5S).await;
}

fn main() {}
