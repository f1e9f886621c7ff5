//! A limit has no unit.

async fn limited() {
    let _ = taipan::timeout!(5, async {}).await;
}

fn main() {}
