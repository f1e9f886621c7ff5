//! The body is a part of the function, and no future.

async fn f() {
    let _ = taipan::task_group!(tg, async {});
}

fn main() {}
