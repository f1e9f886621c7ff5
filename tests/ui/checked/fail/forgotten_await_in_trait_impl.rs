//! A forgotten `.await` in the implementation of a trait.

struct File;

async fn save() {}

#[taipan::checked]
impl taipan::Resource for File {
    type Exit = ();

    async fn exit(self, _: taipan::Outcome) {
        save();
    }
}

fn main() {
    taipan::run(taipan::with(File, async |_| {}));
}
