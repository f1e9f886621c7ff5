//! an option is a path

#[taipan::main(/*<*/ pool::size /*>*/)]
async fn main() {}
