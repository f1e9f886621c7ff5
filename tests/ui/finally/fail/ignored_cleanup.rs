//! The cleanup can fail, and nobody looks.

#[taipan::main]
async fn main() {
    taipan::finally!({ println!("body") }, async |_| Err::<(), _>("locked"));
}
