//! The units of a time stand in the wrong order.

#[taipan::main]
async fn main() {
    taipan::sleep!(30m1h).await;
}
