//! `main` returns a number
//@ fix: consider using `()`

#[tokio::main]
async fn main() -> /*<*/ u32 /*>*/ {
    3
}
