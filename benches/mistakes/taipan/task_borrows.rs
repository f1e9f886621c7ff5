//! a task borrows a local
//@ fix: let it own what it needs

async fn fetch(url: &str) {
    println!("{url}");
}

#[taipan::main]
async fn main() {
    let url = String::from("http://localhost");
    taipan::spawn(fetch(/*<*/ &url /*>*/)).await.unwrap();
}
