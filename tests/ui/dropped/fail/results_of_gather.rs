//! The results of many futures, which rustc does not miss.

#![deny(deprecated)]

use taipan::prelude::*;

async fn save() -> Result<(), String> {
    Ok(())
}

#[taipan::main]
async fn main() {
    gather!(for _ in 0..2 {
        save()
    })
    .await;
}
