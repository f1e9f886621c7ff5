//! A task whose error would be lost.

#![deny(deprecated)]

use taipan::prelude::*;

async fn save() -> Result<(), String> {
    Ok(())
}

#[taipan::main]
async fn main() {
    let _ = spawn(save());
}
