//! The body is a part of the function, and no closure.

struct Conn;

impl taipan::Resource for Conn {
    type Exit = ();

    async fn exit(self, _: taipan::Outcome) {}
}

async fn f() {
    taipan::with!(_ = Conn, |conn| {});
}

fn main() {}
