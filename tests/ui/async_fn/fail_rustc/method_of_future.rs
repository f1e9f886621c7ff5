//! A method of the value is called on the future.

async fn fetch() -> String {
    String::from("page")
}

#[taipan::main]
async fn main() {
    println!("{} bytes", fetch().len());
}
