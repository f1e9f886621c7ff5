//! The cleanup is missing.

async fn f() {
    taipan::finally!({ 1 });
}

fn main() {}
