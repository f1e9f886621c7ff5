//! The second of two has no exit.

struct Conn;

impl taipan::Resource for Conn {
    type Exit = ();

    async fn exit(self, _: taipan::Outcome) {}
}

#[taipan::main]
async fn main() {
    taipan::with!(_ = Conn, name = String::new(), { println!("{name}") });
}
