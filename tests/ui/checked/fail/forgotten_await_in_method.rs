//! A forgotten `.await` in a method of an `impl` block.

struct File;

#[taipan::checked]
impl File {
    async fn save(&self) {}

    async fn close(self) {
        self.save();
    }
}

fn main() {
    taipan::run(File.close());
}
