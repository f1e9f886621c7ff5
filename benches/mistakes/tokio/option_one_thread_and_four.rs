//! one thread, and four of them
//@ fix: requires the `multi_thread` runtime flavor

#[tokio::main(/*<*/ flavor = "current_thread", worker_threads = 4 /*>*/)]
async fn main() {}
