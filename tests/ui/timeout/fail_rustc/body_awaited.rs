//! With a body, the macro awaits by itself.

#[taipan::main]
async fn main() {
    taipan::timeout!(5s, { taipan::yield_now().await }).await.unwrap();
}
