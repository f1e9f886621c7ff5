//! A deadline that has a name.

async fn limited() {
    let _ = taipan::timeout!(t = 5s, async {}).await;
}

fn main() {}
