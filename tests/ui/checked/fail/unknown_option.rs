//! An option that does not exist.

#[taipan::checked(blockin = allow)]
async fn save() {}

fn main() {
    taipan::run(save());
}
