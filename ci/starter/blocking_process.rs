//! lint: clippy::disallowed_methods
async fn planted() -> std::io::Result<std::process::Output> {
    std::process::Command::new("true").output()
}
