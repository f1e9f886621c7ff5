//! Nothing comes after the cleanup.

async fn f() {
    taipan::finally!({}, async |_| {}, 1);
}

fn main() {}
