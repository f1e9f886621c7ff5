//! One argument too many.

async fn limited() {
    let _ = taipan::timeout!(5s, async {}, async {}).await;
}

fn main() {}
