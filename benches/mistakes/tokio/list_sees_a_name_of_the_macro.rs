//! `gather!`, `join!`: a name that only the macro imports
//@ fix: consider importing

#[tokio::main]
async fn main() {
    tokio::join!(async { /*<*/ Pending /*>*/ });
}
