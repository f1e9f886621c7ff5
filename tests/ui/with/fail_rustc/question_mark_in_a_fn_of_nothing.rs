//! The function returns nothing that could hold the error.

struct Conn;

impl taipan::Resource for Conn {
    type Exit = ();

    async fn exit(self, _: taipan::Outcome) {}
}

async fn f() {
    taipan::with!(_ = Conn, {
        let n: u32 = "1".parse()?;
        println!("{n}");
    });
}

fn main() {}
