//! The body is a part of the function, and no closure.

async fn f() {
    let _ = taipan::task_group!(|tg| {});
}

fn main() {}
