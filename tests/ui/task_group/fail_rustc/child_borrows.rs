//! A child may outlive what it borrows, as rustc sees it.

#[taipan::main]
async fn main() {
    let name = String::new();
    taipan::task_group!(tg, { tg.spawn(async { println!("{name}") }) }).unwrap();
}
