//! The type is not the group.

use taipan::TaskGroup;

async fn f() {
    let _ = taipan::task_group!(tg = TaskGroup::new, {});
}

fn main() {}
