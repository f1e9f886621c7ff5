//! There is no such option.

#[taipan::main(flavor = "multi_thread")]
async fn main() {}
