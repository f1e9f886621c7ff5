//! Nothing to wait for.

async fn f() {
    taipan::select!();
}

fn main() {}
