use taipan::race_ok;

async fn f() {
    let _ = race_ok!().await;
}

fn main() {}
