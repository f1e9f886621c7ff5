//! The function returns another error.

struct Conn;

impl taipan::Resource for Conn {
    type Exit = ();

    async fn exit(self, _: taipan::Outcome) {}
}

#[derive(Debug)]
struct Error;

async fn f() -> Result<u32, Error> {
    let n: u32 = taipan::with!(_ = Conn, { "1".parse::<u32>()? });
    Ok(n)
}

fn main() {}
