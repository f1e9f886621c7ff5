//! One `Result` cannot hold both errors.

struct File;

impl taipan::Resource for File {
    type Exit = std::io::Result<()>;

    async fn exit(self, _: taipan::Outcome) -> Self::Exit {
        Ok(())
    }
}

struct Lock;

impl taipan::Resource for Lock {
    type Exit = Result<(), std::fmt::Error>;

    async fn exit(self, _: taipan::Outcome) -> Self::Exit {
        Ok(())
    }
}

#[taipan::main]
async fn main() {
    let _ = taipan::with!(_ = Lock, _ = File, { println!("open") });
}
