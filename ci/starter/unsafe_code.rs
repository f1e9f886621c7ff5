//! lint: unsafe_code
async fn planted(text: &[u8]) -> &str {
    unsafe { std::str::from_utf8_unchecked(text) }
}
