//! an unknown option
//@ fix: the options are

#[taipan::main(/*<*/ foo /*>*/)]
async fn main() {}
