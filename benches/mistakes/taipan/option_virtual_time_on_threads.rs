//! virtual time, and several threads
//@ fix: leave out `threads`

#[taipan::test(/*<*/ virtual_time, threads = 2 /*>*/)]
async fn works() {}

fn main() {}
