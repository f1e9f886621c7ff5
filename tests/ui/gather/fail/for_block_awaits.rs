use taipan::gather;

async fn number() -> u32 {
    1
}

async fn f() {
    gather!(for _ in 0..3 { number().await }).await;
}

fn main() {}
