use taipan::race;

async fn number() -> u32 {
    1
}

async fn f() {
    race!(number(), 5).await;
}

fn main() {}
