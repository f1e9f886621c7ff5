//! The new limit has no unit.

async fn f() {
    let _ = taipan::timeout!(t = 5s, { t.reset(5) });
}

fn main() {}
