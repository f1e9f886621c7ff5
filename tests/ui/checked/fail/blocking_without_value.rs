//! `blocking` needs its word.

#[taipan::checked(blocking)]
async fn save() {}

fn main() {
    taipan::run(save());
}
