//! A time literal where no macro reads it.

async fn pause() {
    taipan::sleep(5s).await;
}

fn main() {}
