//! An option of another library.

async fn a() {}

async fn f() {
    taipan::gather!(..[a(), a()], return_exceptions = true).await;
}

fn main() {
    drop(f());
}
