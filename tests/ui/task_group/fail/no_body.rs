//! The body is missing.

async fn f() {
    let _ = taipan::task_group!(tg);
}

fn main() {}
