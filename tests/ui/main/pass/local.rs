//! Everything on one thread.

#[taipan::main(local)]
async fn main() {
    let here = std::thread::current().id();
    let there = taipan::spawn(async { std::thread::current().id() }).await;
    assert_eq!(there.unwrap(), here);
}
