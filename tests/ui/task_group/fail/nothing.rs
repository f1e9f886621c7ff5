//! Nothing is given.

async fn f() {
    let _ = taipan::task_group!();
}

fn main() {}
