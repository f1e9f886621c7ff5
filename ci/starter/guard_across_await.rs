//! lint: clippy::await_holding_lock
async fn planted(count: &std::sync::Mutex<u32>) {
    let mut count = count.lock().unwrap();
    sleep!(1s).await;
    *count += 1;
}
