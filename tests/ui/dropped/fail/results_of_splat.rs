//! The same, of an iterator.

#![deny(deprecated)]

use taipan::prelude::*;

async fn save() -> Result<(), String> {
    Ok(())
}

#[taipan::main]
async fn main() {
    gather!(..[save(), save()]).await;
}
