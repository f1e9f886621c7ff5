//! `gather!`, `join!`: a number among the futures

async fn a() {}

#[tokio::main]
async fn main() {
    tokio::join!(a(), /*<*/ 5 /*>*/);
}
