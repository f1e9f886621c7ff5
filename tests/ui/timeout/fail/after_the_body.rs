//! Nothing comes after the body.

async fn f() {
    let _ = taipan::timeout!(5s, { 1 }, 2);
}

fn main() {}
