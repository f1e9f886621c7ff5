//! the path of the crate is a number
//@ fix: as in `crate = taipan`

#[taipan::main(crate = /*<*/ 456 /*>*/)]
async fn main() {}
