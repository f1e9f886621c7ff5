//! What may stand as a limit.

use std::time::Duration;

use taipan::time::Instant;

#[taipan::main]
async fn main() {
    assert_eq!(taipan::timeout!(1s, async { 1 }).await, Ok(1));
    assert_eq!(taipan::timeout!(Some(1s), async { 1 }).await, Ok(1));
    assert_eq!(taipan::timeout!(None::<Duration>, async { 1 }).await, Ok(1));
    assert_eq!(taipan::timeout!(Instant::now() + 1s, async { 1 },).await, Ok(1));
    let task = taipan::spawn(async { 1 });
    assert_eq!(taipan::timeout!(1m, task).await.unwrap().unwrap(), 1);
}
