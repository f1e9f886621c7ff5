//! An async function awaits itself.

async fn factorial(n: u64) -> u64 {
    if n == 0 { 1 } else { n * factorial(n - 1).await }
}

#[taipan::main]
async fn main() {
    assert_eq!(factorial(5).await, 120);
}
