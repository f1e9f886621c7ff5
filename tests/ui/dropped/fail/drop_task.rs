//! The same, with `drop`.

#![deny(deprecated)]

use taipan::prelude::*;

async fn save() -> Result<(), String> {
    Ok(())
}

#[taipan::main]
async fn main() {
    drop(spawn(save()));
}
