//! A task whose handle is dropped.

#[taipan::main]
async fn main() {
    taipan::spawn(async { 1 });
}
