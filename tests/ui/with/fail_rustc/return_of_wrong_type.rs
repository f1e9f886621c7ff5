//! The function returns a number.

struct Conn;

impl taipan::Resource for Conn {
    type Exit = ();

    async fn exit(self, _: taipan::Outcome) {}
}

async fn f() -> u32 {
    taipan::with!(_ = Conn, { return "1" })
}

fn main() {}
