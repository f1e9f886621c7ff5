//! A function that is not async.

#[taipan::checked]
fn save() {}

fn main() {
    save();
}
