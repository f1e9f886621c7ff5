//! A `sleep!` that is never awaited.

#[taipan::main]
async fn main() {
    taipan::sleep!(1s);
}
