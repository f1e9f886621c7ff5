//! Another executor inside the runtime.

#![deny(deprecated)]

mod other {
    pub fn block_on(_: impl Future) {}
}

#[taipan::main]
async fn main() {
    other::block_on(async {});
}
