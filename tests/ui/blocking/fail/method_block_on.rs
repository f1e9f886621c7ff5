//! A runtime of another kind, by its method.

#![deny(deprecated)]

struct Other;

impl Other {
    fn block_on(&self, _: impl Future) {}
}

#[taipan::main]
async fn main() {
    Other.block_on(async {});
}
