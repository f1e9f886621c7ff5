//! A body that is not written to its end: rustc says so, and nothing else seems to be missing.

fn fetch() -> String {
    String::new()
}

#[taipan::checked]
async fn save() {
    let _page = fetch().;
}

fn main() {
    taipan::run(save());
}
