//! A `timeout!` that is never awaited.

#[taipan::main]
async fn main() {
    taipan::timeout!(1s, async { 1 });
}
