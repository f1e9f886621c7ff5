//! A number as the limit of the function.

async fn limited() {
    let _ = taipan::timeout(5, async {}).await;
}

fn main() {}
