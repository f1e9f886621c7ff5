//! A number is no group.

async fn f() {
    let _ = taipan::task_group!(tg = 5, {});
}

fn main() {}
