use taipan::gather;

async fn a() {}

fn f() {
    gather!(a(), a()).await;
}

fn main() {}
