//! The limit of a body has no unit.

async fn f() {
    let _ = taipan::timeout!(5, { 1 });
}

fn main() {}
