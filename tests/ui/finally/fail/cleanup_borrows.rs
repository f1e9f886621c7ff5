//! The cleanup may outlive the function.

#[taipan::main]
async fn main() {
    let name = String::new();
    taipan::finally!({ println!("{name}") }, async |_| println!("{name}"));
}
