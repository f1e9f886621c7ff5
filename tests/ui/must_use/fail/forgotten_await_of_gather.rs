//! A `gather!` that is never awaited.

async fn fetch() -> u32 {
    1
}

#[taipan::main]
async fn main() {
    taipan::gather!(fetch(), fetch());
}
