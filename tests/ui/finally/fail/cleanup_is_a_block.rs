//! The cleanup would run at once.

async fn f() {
    taipan::finally!({}, { println!("done"); });
}

fn main() {}
