//! A suffix that is no unit.

async fn pause() {
    taipan::sleep!(5x).await;
}

fn main() {}
