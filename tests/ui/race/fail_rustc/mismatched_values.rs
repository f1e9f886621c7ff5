use taipan::race;

async fn number() -> u32 {
    1
}

async fn word() -> &'static str {
    "one"
}

async fn f() {
    race!(number(), word()).await;
}

fn main() {}
