//! virtual time, and several threads
//@ fix: requires the `current_thread` runtime flavor

#[tokio::test(/*<*/ flavor = "multi_thread", start_paused = true /*>*/)]
async fn works() {}

fn main() {}
