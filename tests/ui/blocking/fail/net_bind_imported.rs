//! A socket is bound: the type of the result tells.

#![deny(deprecated)]

use std::net::TcpListener;

#[taipan::main]
async fn main() {
    TcpListener::bind("localhost:0").unwrap();
}
