//! The cleanup comes last.

async fn f() {
    taipan::finally!(async |_| {}, { 1 });
}

fn main() {}
