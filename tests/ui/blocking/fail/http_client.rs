//! A blocking HTTP client.

#![deny(deprecated)]

mod ureq {
    pub fn get(_: &str) {}
}

#[taipan::main]
async fn main() {
    ureq::get("http://localhost");
}
