//! The exit may outlive the function.

struct Conn<'a>(&'a str);

impl taipan::Resource for Conn<'_> {
    type Exit = ();

    async fn exit(self, _: taipan::Outcome) {
        println!("{}", self.0);
    }
}

#[taipan::main]
async fn main() {
    let name = String::new();
    taipan::with!(_ = Conn(&name), { println!("{name}") });
}
