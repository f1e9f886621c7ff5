//! The user's names, and the crate's under another name, do not meet those of the expansion.
#![deny(warnings)]
#![allow(non_camel_case_types)]

extern crate taipan as python;

#[allow(dead_code)]
struct Vec;
#[allow(dead_code)]
mod taipan {}
#[allow(dead_code)]
mod std {}

async fn f(__children: u32, __items: u32) -> u32 {
    let __value0 = 1;
    let list = python::gather!(for n in 0..2 { async move { n + __children + __items } }).await;
    let (a, b) = python::gather!(async { __value0 }, async { __value0 }).await;
    list.len() as u32 + a + b
}

fn main() {
    drop(f(1, 2));
}
