//! Nobody looks whether the time was enough.

#[taipan::main]
async fn main() {
    taipan::timeout!(5s, { taipan::yield_now().await });
}
