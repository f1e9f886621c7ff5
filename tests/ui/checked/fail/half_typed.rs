//! A body that is not written to its end.

#[taipan::checked]
async fn save() {
    let page = fetch().;
}

fn main() {}
