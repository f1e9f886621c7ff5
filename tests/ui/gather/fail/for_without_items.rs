use taipan::gather;

async fn f() {
    gather!(for url in).await;
}

fn main() {}
