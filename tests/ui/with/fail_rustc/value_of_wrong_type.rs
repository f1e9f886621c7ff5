//! The value is no number.

struct Conn;

impl taipan::Resource for Conn {
    type Exit = ();

    async fn exit(self, _: taipan::Outcome) {}
}

async fn f() {
    let n: u32 = taipan::with!(_ = Conn, { "1" });
    drop(n);
}

fn main() {}
