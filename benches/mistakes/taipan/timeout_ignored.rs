//! the `Err` of a timeout is ignored
//@ fix: an error must be handled

async fn a() {}

#[taipan::main]
async fn main() {
    let second = std::time::Duration::from_secs(1);
    /*<*/ taipan::timeout!(second, a()).await; /*>*/
}
