//! `gather!`, `join!`: an argument that is awaited already
//@ fix: remove the `.await`

async fn a() {}

#[taipan::main]
async fn main() {
    taipan::gather!(a(), /*<*/ a().await /*>*/).await;
}
