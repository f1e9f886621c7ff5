pub async fn copy() -> (u32, Option<u64>, String) {
    taipan::gather!(a(), b(), c()).await
}
