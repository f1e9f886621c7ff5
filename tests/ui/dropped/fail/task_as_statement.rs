//! A task whose handle is not even looked at.

use taipan::prelude::*;

async fn save() -> Result<(), String> {
    Ok(())
}

#[taipan::main]
async fn main() {
    spawn(save());
}
