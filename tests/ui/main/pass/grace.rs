//! An exit that hangs is dropped when its grace is over.

use std::future::pending;
use std::process::exit;
use std::thread;
use std::time::Duration;

#[taipan::main(grace = 1ms)]
async fn main() {
    // Without the grace this would never end.
    drop(thread::spawn(|| {
        thread::sleep(Duration::from_secs(60));
        exit(1);
    }));
    let hangs = taipan::closing("connection", |_| pending::<()>());
    let held = taipan::with(hangs, async |_| pending::<()>().await);
    assert!(taipan::timeout!(0s, held).await.is_err());
}
