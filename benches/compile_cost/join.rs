pub async fn copy() -> (u32, Option<u64>, String) {
    tokio::join!(a(), b(), c())
}
