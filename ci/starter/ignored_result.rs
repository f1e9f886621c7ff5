//! lint: unused_must_use
async fn planted() {
    Line::open().await;
}
