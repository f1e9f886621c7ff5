//! The same, of a macro.

#![deny(deprecated)]

use taipan::prelude::*;

async fn save() {}

#[taipan::main]
async fn main() {
    let _ = gather!(save(), save());
}
