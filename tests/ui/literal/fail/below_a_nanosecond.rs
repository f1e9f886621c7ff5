//! A time is no whole number of nanoseconds.

async fn pause() {
    taipan::sleep!(0.5ns).await;
}

fn main() {}
