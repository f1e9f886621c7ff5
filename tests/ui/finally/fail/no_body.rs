//! The body is missing.

async fn f() {
    taipan::finally!(async |_| {});
}

fn main() {}
