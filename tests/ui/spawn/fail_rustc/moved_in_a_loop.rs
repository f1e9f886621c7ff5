//! Every round of a loop gives the same value away.

async fn fetch(token: String, page: u32) {
    println!("page {page} with {token}");
}

#[taipan::main]
async fn main() {
    let token = String::from("secret");
    let set = taipan::TaskSet::new();
    for page in 1..=3 {
        set.spawn(fetch(token, page));
    }
    while set.join_next().await.is_some() {}
}
