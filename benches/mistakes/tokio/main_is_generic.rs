//! `main` is generic

#[tokio::main]
async fn main/*<*/<T>/*>*/() {}
