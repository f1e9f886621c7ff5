//! an option is a path

#[tokio::main(/*<*/ pool::size /*>*/)]
async fn main() {}
