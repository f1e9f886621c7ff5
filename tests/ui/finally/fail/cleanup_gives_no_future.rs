//! The cleanup is not async.

async fn f() {
    taipan::finally!({}, |_| {});
}

fn main() {}
