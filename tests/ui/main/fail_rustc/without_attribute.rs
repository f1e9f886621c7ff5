//! `main` is async, and nobody runs it.

async fn main() {
    taipan::yield_now().await;
}
