//! The macro awaits by itself.

#[taipan::main]
async fn main() {
    taipan::task_group!(tg, { tg.spawn(async {}) }).await.unwrap();
}
