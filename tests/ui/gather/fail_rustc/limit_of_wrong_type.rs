use taipan::gather;

async fn a() {}

async fn f(most: u8) {
    gather!(..[a(), a()], limit = most).await;
}

fn main() {}
