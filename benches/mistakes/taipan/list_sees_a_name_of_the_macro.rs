//! `gather!`, `join!`: a name that only the macro imports
//@ fix: consider importing

#[taipan::main]
async fn main() {
    taipan::gather!(async { /*<*/ Pending /*>*/ }).await;
}
