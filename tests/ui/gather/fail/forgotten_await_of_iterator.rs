#![deny(unused_must_use)]
use taipan::gather;

async fn a() {}

async fn f() {
    gather!(for _ in 0..3 { a() });
}

fn main() {}
