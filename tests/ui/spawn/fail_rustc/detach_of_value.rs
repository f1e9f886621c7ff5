//! A task with a value is detached.

#[taipan::main]
async fn main() {
    taipan::spawn(async { 1 }).detach();
}
