use taipan::gather;

async fn a() {}

async fn f() {
    gather!(a(), 5).await;
}

fn main() {}
