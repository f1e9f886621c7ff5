//! A task borrows a local of its parent.

async fn fetch(url: &str) -> usize {
    url.len()
}

#[taipan::main]
async fn main() {
    let url = String::from("http://localhost");
    let task = taipan::spawn(fetch(&url));
    let _ = task.await;
}
