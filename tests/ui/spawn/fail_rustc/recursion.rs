//! An async function spawns itself.

use taipan::prelude::*;

async fn visit(depth: u32) {
    if depth > 0 {
        spawn(visit(depth - 1)).await.unwrap();
    }
}

#[taipan::main]
async fn main() {
    visit(3).await;
}
