use taipan::gather;

async fn f() {
    gather!(..[1, 2, 3]).await;
}

fn main() {}
