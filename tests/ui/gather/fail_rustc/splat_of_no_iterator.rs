use taipan::gather;

async fn a() {}

async fn f() {
    gather!(..a()).await;
}

fn main() {}
