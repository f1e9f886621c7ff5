use taipan::gather;

async fn f() {
    gather!(for url).await;
}

fn main() {}
