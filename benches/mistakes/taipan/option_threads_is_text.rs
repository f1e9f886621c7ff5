//! the number of threads is a text
//@ fix: as in `threads = 4`

#[taipan::main(threads = /*<*/ "foo" /*>*/)]
async fn main() {}
