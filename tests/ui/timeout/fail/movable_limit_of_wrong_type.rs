//! The limit of a body is no time.

async fn f() {
    let _ = taipan::timeout!(_ = "5s", { 1 });
}

fn main() {}
