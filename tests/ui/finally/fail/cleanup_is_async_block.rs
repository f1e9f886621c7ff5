//! A future cannot be told how the body ended.

async fn f() {
    taipan::finally!({}, async { println!("done") });
}

fn main() {}
