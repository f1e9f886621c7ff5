//! The macro hides the jump, which is found in the body only.

macro_rules! leave {
    () => {
        break
    };
}

struct Conn;

impl taipan::Resource for Conn {
    type Exit = ();

    async fn exit(self, _: taipan::Outcome) {}
}

#[taipan::main]
async fn main() {
    loop {
        taipan::with!(_ = Conn, { leave!() });
    }
}
