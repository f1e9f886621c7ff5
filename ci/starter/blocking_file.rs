//! lint: clippy::disallowed_methods
async fn planted() -> std::io::Result<Vec<u8>> {
    std::fs::read("sensors.txt")
}
