use taipan::gather;

async fn a() {}

async fn f() {
    gather!(..[a(), a()], limit = 2s).await;
}

fn main() {}
