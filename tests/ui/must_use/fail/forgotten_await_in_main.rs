//! A forgotten `.await` as a statement.

async fn save() {}

#[taipan::main]
async fn main() {
    save();
}
