//! A limit is no time.

async fn limited() {
    let _ = taipan::timeout!("5s", async {}).await;
}

fn main() {}
