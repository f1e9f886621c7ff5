//! lint: clippy::await_holding_invalid_type
async fn planted() {
    let out = std::io::stdout().lock();
    sleep!(1s).await;
    drop(out);
}
