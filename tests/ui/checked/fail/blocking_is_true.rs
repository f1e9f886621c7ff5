//! `blocking` takes one word.

#[taipan::checked(blocking = true)]
async fn save() {}

fn main() {
    taipan::run(save());
}
