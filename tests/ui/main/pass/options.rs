//! All options, and an expression among them.

const THREADS: usize = 2;

#[taipan::main(threads = THREADS, shutdown_timeout = 1.5s, grace = 2s, ctrl_c = false, crate = ::taipan)]
async fn main() {
    assert_eq!(taipan::current().name(), "main");
}
