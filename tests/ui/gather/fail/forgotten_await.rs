#![deny(unused_must_use)]
use taipan::gather;

async fn a() {}

async fn f() {
    gather!(a(), a());
}

fn main() {}
