//! `gather!`, `join!`: an argument that is awaited already

async fn a() {}

#[tokio::main]
async fn main() {
    tokio::join!(a(), /*<*/ a().await /*>*/);
}
