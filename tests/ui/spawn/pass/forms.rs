//! Every macro works inside a spawned task.

use taipan::prelude::*;

async fn square(n: u64) -> u64 {
    n * n
}

async fn checked(n: u64) -> taipan::Result<u64> {
    Ok(n)
}

#[taipan::main]
async fn main() {
    let task = spawn(async {
        let numbers = vec![1, 2, 3];
        let sum: u64 = gather!(square(*n) for n in &numbers if *n > 1).await.iter().sum();
        let (a, b) = gather!(square(2), timeout!(1m, square(3))).await;
        let all = try_gather!(..numbers.iter().map(|n| checked(*n)), limit = 2).await?;
        let first = race!(square(1), square(2)).await;
        let ok = race_ok!(checked(1), checked(2)).await.map_err(|_| "none")?;
        sleep!(1us).await;
        Ok::<_, taipan::BoxError>(sum + a + b? + all[0] + first + ok)
    });
    assert_eq!(task.await.unwrap().unwrap(), 13 + 4 + 9 + 1 + 1 + 1);
}
