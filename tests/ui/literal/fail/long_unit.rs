//! A unit is written out.

async fn pause() {
    taipan::sleep!(5sec).await;
}

fn main() {}
