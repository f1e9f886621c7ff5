//! The second resource has no name.

struct Conn;

impl taipan::Resource for Conn {
    type Exit = ();

    async fn exit(self, _: taipan::Outcome) {}
}

async fn f() {
    taipan::with!(_ = Conn, Conn, {});
}

fn main() {}
