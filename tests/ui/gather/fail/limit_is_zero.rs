use taipan::gather;

async fn a() {}

async fn f() {
    gather!(..[a(), a()], limit = 0).await;
}

fn main() {}
