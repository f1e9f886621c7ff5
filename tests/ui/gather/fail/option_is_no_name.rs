//! Behind the futures stands one more.

async fn a() {}

async fn f() {
    taipan::gather!(..[a(), a()], 8).await;
}

fn main() {
    drop(f());
}
