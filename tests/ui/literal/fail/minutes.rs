//! Minutes are written out.

async fn pause() {
    taipan::sleep!(5mins).await;
}

fn main() {}
