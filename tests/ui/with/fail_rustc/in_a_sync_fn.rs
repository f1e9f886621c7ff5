//! Nothing can be awaited here.

struct Conn;

impl taipan::Resource for Conn {
    type Exit = ();

    async fn exit(self, _: taipan::Outcome) {}
}

fn main() {
    taipan::with!(_ = Conn, { println!("connected") });
}
