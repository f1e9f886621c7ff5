//! one thread, and four of them
//@ fix: leave out `threads`, or `local`

#[taipan::main(/*<*/ local, threads = 4 /*>*/)]
async fn main() {}
