use taipan::gather;

async fn a() {}

async fn f() {
    gather!(a(), a(), limit = 1).await;
}

fn main() {}
