use taipan::gather;

async fn a() {}

async fn f() {
    gather!(a(), a()).await.await;
}

fn main() {}
