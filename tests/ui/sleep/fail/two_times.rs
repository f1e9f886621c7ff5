//! One time too many.

async fn pause() {
    taipan::sleep!(1s, 2s).await;
}

fn main() {}
