//! The body is half-typed.

struct Conn;

impl taipan::Resource for Conn {
    type Exit = ();

    async fn exit(self, _: taipan::Outcome) {}
}

async fn f() {
    taipan::with!(_ = Conn, { let n = ; });
}

fn main() {}
