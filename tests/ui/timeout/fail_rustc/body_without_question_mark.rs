//! The value is a `Result`.

async fn f() {
    let n: u32 = taipan::timeout!(5s, { 1 });
    drop(n);
}

fn main() {}
