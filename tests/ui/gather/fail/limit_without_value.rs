//! `limit` has no value.

async fn a() {}

async fn f() {
    taipan::gather!(..[a(), a()], limit).await;
}

fn main() {
    drop(f());
}
