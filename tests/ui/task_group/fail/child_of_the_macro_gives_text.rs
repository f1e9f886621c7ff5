//! The child's value would be lost.

#[taipan::main]
async fn main() {
    taipan::task_group!(tg, { tg.spawn(async { "text" }) }).unwrap();
}
