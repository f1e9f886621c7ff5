//! Each warning can be silenced where it stands.

#![deny(warnings)]

use taipan::prelude::*;

async fn fail() -> Result<(), String> {
    Err("no".to_owned())
}

#[taipan::main]
async fn main() {
    #[allow(deprecated)]
    let _ = fail();
    #[allow(deprecated)]
    drop(fail());
    #[expect(deprecated)]
    let _ = spawn(fail());
    let semaphore = taipan::sync::Semaphore::new(1);
    #[allow(deprecated)]
    let _ = semaphore.acquire().await;
    #[allow(deprecated)]
    gather!(for _ in 0..2 {
        fail()
    })
    .await;
}
