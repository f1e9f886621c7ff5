//! There is no such label.

struct Conn;

impl taipan::Resource for Conn {
    type Exit = ();

    async fn exit(self, _: taipan::Outcome) {}
}

#[taipan::main]
async fn main() {
    loop {
        taipan::with!(_ = Conn, { break 'outer });
    }
}
