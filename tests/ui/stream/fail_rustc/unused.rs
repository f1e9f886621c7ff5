#![deny(unused_must_use)]
use taipan::stream;

fn f() {
    stream!({
        yield 1;
    });
}

fn main() {}
