//! The results of two futures: here rustc sees them by itself.

use taipan::prelude::*;

async fn save() -> Result<(), String> {
    Ok(())
}

#[taipan::main]
async fn main() {
    gather!(save(), save()).await;
}
