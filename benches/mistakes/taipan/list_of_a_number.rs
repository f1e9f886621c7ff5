//! `gather!`, `join!`: a number among the futures
//@ fix: futures are wanted here

async fn a() {}

#[taipan::main]
async fn main() {
    taipan::gather!(a(), /*<*/ 5 /*>*/).await;
}
