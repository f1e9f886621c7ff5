//! A child can fail, and nobody looks.

#[taipan::main]
async fn main() {
    taipan::task_group!(tg, { tg.spawn(async {}) });
}
