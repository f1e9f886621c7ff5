//! A connection is made.

#![deny(deprecated)]

#[taipan::main]
async fn main() {
    std::net::TcpStream::connect("localhost:1").unwrap_err();
}
