//! An option that belongs to `#[main]`.

#[taipan::checked(threads = 2)]
async fn save() {}

fn main() {
    taipan::run(save());
}
