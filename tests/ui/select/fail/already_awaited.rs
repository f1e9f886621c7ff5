//! An arm that was awaited before the choice.

async fn read() -> u32 {
    1
}

async fn f() {
    taipan::select!(match (a = read().await, b = read()) {
        a => {}
        b => {}
    });
}

fn main() {}
