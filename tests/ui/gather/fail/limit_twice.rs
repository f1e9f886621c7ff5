use taipan::gather;

async fn a() {}

async fn f() {
    gather!(a() for _ in 0..3, limit = 2, limit = 3).await;
}

fn main() {}
