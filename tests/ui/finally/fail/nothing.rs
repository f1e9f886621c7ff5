//! Nothing is given.

async fn f() {
    taipan::finally!();
}

fn main() {}
