//! `Box<dyn Error>` is not `Send`, and the task's future may hold it.

use std::error::Error;

struct Conn;

impl taipan::Resource for Conn {
    type Exit = ();

    async fn exit(self, _: taipan::Outcome) {}
}

async fn read() -> Result<u32, Box<dyn Error>> {
    Ok(taipan::with!(_ = Conn, { "1".parse()? }))
}

#[taipan::main]
async fn main() {
    drop(taipan::spawn(async { drop(read().await) }).await);
}
