use taipan::gather;

async fn a() {}

async fn f() {
    gather!(for _ in 0..3 { a() }, limt = 2).await;
}

fn main() {}
