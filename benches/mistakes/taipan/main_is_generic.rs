//! `main` is generic

#[taipan::main]
async fn main/*<*/<T>/*>*/() {}
