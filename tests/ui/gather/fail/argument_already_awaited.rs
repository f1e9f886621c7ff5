use taipan::gather;

async fn number() -> u32 {
    1
}

async fn f() {
    gather!(number().await, number()).await;
}

fn main() {}
