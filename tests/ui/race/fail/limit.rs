use taipan::race;

async fn a() {}

async fn f() {
    race!(for _ in 0..3 { a() }, limit = 2).await;
}

fn main() {}
