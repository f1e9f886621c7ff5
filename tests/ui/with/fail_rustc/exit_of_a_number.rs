//! An exit gives nothing, or a `Result`.

struct Conn;

impl taipan::Resource for Conn {
    type Exit = u32;

    async fn exit(self, _: taipan::Outcome) -> u32 {
        1
    }
}

fn main() {}
