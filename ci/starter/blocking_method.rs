//! lint: clippy::disallowed_methods
async fn planted(thread: std::thread::JoinHandle<()>) -> bool {
    thread.join().is_ok()
}
