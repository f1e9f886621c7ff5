//! A time has no unit.

async fn pause() {
    taipan::sleep!(5).await;
}

fn main() {}
