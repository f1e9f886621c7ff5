//! The body is missing.

async fn f() {
    let _ = taipan::timeout!(t = 5s);
}

fn main() {}
