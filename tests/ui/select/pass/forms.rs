//! What must compile, without a warning.
#![deny(warnings)]
#![forbid(unsafe_code)]

use taipan::prelude::*;

mod shadows {
    #![allow(dead_code, non_camel_case_types)]

    pub struct Option;
    pub struct Some;
    pub struct None;
    pub struct Result;
    pub mod std {}
    pub mod core {}

    pub async fn f() -> u32 {
        taipan::select!(match (a = async { 1 }, b = async { 2 }) {
            a(n) | b(n) => n,
        })
    }
}

macro_rules! both {
    ($a:expr, $b:expr) => {
        select!(match (biased, a = $a, b = $b) {
            a(n) => n,
            b(n) => n,
        })
    };
}

async fn wildcard() -> u32 {
    select!(match (a = async { Some(1) }, b = async {}) {
        a(Some(n)) if n > 3 => n,
        _ => 0,
    })
}

async fn never_ends(mut n: u32) {
    loop {
        select! {
            biased;
            () = yield_now() => n += 1,
            _ = async { 5 }, if n > 3 => {}
            timeout(2s) => {}
        }
        if n > 3 {
            break;
        }
    }
}

fn main() {
    taipan::run(async {
        assert!(shadows::f().await > 0);
        assert_eq!(both!(async { 1 }, async { 2 }), 1);
        assert!(wildcard().await < 2);
        spawn(never_ends(0)).await.unwrap();
    });
}
