//! The value is a `Result`.

async fn f() {
    let n: u32 = taipan::task_group!(_, { 5 });
    drop(n);
}

fn main() {}
