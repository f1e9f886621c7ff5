//! A future cannot move its deadline.

async fn f() {
    let _ = taipan::timeout!(t = 5s, async {}).await;
}

fn main() {}
