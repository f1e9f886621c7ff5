//! What every copy calls.
pub async fn a() -> u32 {
    1
}

pub async fn b() -> Option<u64> {
    None
}

pub async fn c() -> String {
    String::new()
}

pub fn random(n: usize) -> usize {
    n / 2
}
