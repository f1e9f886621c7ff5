//! `main` returns what no program can end with.

#[taipan::main]
async fn main() -> u32 {
    3
}
