//! Nothing comes after the body.

async fn f() {
    let _ = taipan::task_group!(tg, {}, 1);
}

fn main() {}
