//! `main` returns a number
//@ fix: return `()`, an `ExitCode`, or a `Result` of them

#[taipan::main]
async fn main() -> /*<*/ u32 /*>*/ {
    3
}
