//! The macro awaits by itself.

struct Conn;

impl taipan::Resource for Conn {
    type Exit = ();

    async fn exit(self, _: taipan::Outcome) {}
}

#[taipan::main]
async fn main() {
    taipan::with!(_ = Conn, { println!("connected") }).await;
}
