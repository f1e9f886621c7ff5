use taipan::gather;

async fn a() {}

async fn f() {
    gather!(a(), a() for _ in 0..3).await;
}

fn main() {}
