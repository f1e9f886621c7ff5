//! The future was not awaited.

struct Conn;

impl taipan::Resource for Conn {
    type Exit = ();

    async fn exit(self, _: taipan::Outcome) {}
}

async fn connect() -> Conn {
    Conn
}

#[taipan::main]
async fn main() {
    taipan::with!(_ = connect(), { println!("connected") });
}
