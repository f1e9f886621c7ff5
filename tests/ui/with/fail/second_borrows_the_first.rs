//! The exit of the second may outlive the first.

struct Conn;

impl taipan::Resource for Conn {
    type Exit = ();

    async fn exit(self, _: taipan::Outcome) {}
}

struct Transaction<'a>(&'a mut Conn);

impl taipan::Resource for Transaction<'_> {
    type Exit = ();

    async fn exit(self, _: taipan::Outcome) {
        let _ = self.0;
    }
}

#[taipan::main]
async fn main() {
    taipan::with!(conn = Conn, _ = Transaction(conn), { println!("begun") });
}
