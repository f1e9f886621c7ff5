//! a task borrows a local

async fn fetch(url: &str) {
    println!("{url}");
}

#[tokio::main]
async fn main() {
    let url = String::from("http://localhost");
    tokio::spawn(fetch(/*<*/ &url /*>*/)).await.unwrap();
}
