//! Nothing says what the error of a block is.

use taipan::prelude::*;

async fn save() -> std::io::Result<()> {
    Ok(())
}

#[taipan::main]
async fn main() {
    let task = spawn(async {
        save().await?;
        Ok(())
    });
    println!("{:?}", task.await);
}
