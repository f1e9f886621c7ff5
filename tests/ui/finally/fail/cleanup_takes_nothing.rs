//! The cleanup is told how the body ended.

async fn f() {
    taipan::finally!({}, async || {});
}

fn main() {}
