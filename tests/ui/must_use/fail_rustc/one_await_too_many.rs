//! One `.await` too many.

#[taipan::main]
async fn main() {
    taipan::sleep(1s).await.await;
}
