//! lint: clippy::let_underscore_future
async fn planted() {
    let _ = Line::open();
}
