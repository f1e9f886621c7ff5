//! What is spawned is no future.

#[taipan::main]
async fn main() {
    let _ = taipan::spawn(|| 1).await;
}
