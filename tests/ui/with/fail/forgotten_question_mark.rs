//! The `Result` was not taken apart.

struct Conn;

impl taipan::Resource for Conn {
    type Exit = ();

    async fn exit(self, _: taipan::Outcome) {}
}

async fn connect() -> taipan::Result<Conn> {
    Ok(Conn)
}

#[taipan::main]
async fn main() -> taipan::Result {
    taipan::with!(_ = connect().await, { println!("connected") });
    Ok(())
}
