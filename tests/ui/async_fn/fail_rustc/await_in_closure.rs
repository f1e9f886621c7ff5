//! A closure that is not async awaits.

async fn double(n: u32) -> u32 {
    n * 2
}

#[taipan::main]
async fn main() {
    let doubled: Vec<u32> = [1, 2, 3].map(|n| double(n).await).into();
    assert_eq!(doubled, [2, 4, 6]);
}
