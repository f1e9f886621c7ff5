//! a limit without a unit
//@ fix: `timeout!` takes `5s`, or `5ms`

async fn a() {}

#[taipan::main]
async fn main() {
    let _ = taipan::timeout!(/*<*/ 5 /*>*/, a()).await;
}
