//! The group has no name.

use taipan::TaskGroup;

async fn f() {
    let _ = taipan::task_group!(TaskGroup::new().limit(8), {});
}

fn main() {}
