//! A future where its value is wanted.

async fn fetch() -> u32 {
    1
}

#[taipan::main]
async fn main() {
    let page: u32 = fetch();
    println!("{page}");
}
