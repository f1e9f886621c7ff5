use taipan::race;

async fn f() {
    race!().await;
}

fn main() {}
