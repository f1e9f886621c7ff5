//! Nothing says what is parsed.

struct Conn;

impl taipan::Resource for Conn {
    type Exit = ();

    async fn exit(self, _: taipan::Outcome) {}
}

async fn f() {
    taipan::with!(_ = Conn, { "1".parse().unwrap() });
}

fn main() {}
