//! the number of threads is a text
//@ fix: as integer

#[tokio::main(worker_threads = /*<*/ "foo" /*>*/)]
async fn main() {}
