//! A runtime inside a runtime.

#![deny(deprecated)]

#[taipan::main]
async fn main() {
    taipan::run(async {});
}
