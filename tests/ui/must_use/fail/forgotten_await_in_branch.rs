//! A forgotten `.await` in a branch.

async fn save() {}

#[taipan::main]
async fn main() {
    if std::env::args().count() > 1 {
        save();
    }
}
