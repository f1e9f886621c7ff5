//! A timeout that nobody looks at.

#[taipan::main]
async fn main() {
    taipan::timeout!(1s, async { 1 }).await;
}
