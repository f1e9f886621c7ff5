use taipan::gather;

async fn f(urls: Vec<String>) {
    gather!(for url in urls).await;
}

fn main() {}
