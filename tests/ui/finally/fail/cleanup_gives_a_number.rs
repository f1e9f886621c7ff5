//! A cleanup gives nothing, or a `Result`.

async fn f() {
    taipan::finally!({}, async |_| 5);
}

fn main() {}
