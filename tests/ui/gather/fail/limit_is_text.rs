use taipan::gather;

async fn a() {}

async fn f() {
    gather!(..[a(), a()], limit = "4").await;
}

fn main() {}
