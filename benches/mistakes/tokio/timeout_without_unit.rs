//! a limit without a unit

async fn a() {}

#[tokio::main]
async fn main() {
    let _ = tokio::time::timeout(/*<*/ 5 /*>*/, a()).await;
}
