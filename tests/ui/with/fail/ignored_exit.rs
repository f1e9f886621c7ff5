//! The exit can fail, and nobody looks.

struct File;

impl taipan::Resource for File {
    type Exit = std::io::Result<()>;

    async fn exit(self, _: taipan::Outcome) -> Self::Exit {
        Ok(())
    }
}

#[taipan::main]
async fn main() {
    taipan::with!(_ = File, { println!("open") });
}
