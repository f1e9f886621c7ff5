//! A number is no cleanup.

async fn f() {
    taipan::finally!({}, 5);
}

fn main() {}
