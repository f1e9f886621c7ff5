//! lint: clippy::disallowed_methods
async fn planted() {
    std::thread::sleep(LIMIT);
}
