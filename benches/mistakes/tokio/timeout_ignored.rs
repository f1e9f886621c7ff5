//! the `Err` of a timeout is ignored
//@ fix: should be handled

async fn a() {}

#[tokio::main]
async fn main() {
    let second = std::time::Duration::from_secs(1);
    /*<*/ tokio::time::timeout(second, a()).await; /*>*/
}
