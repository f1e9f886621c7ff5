//! The group has no name.

async fn f() {
    let _ = taipan::task_group!({});
}

fn main() {}
