//! `select!`: every arm can be disabled, and there is no `else`

async fn b() -> Option<u32> {
    None
}

#[tokio::main]
async fn main() {
    /*<*/ tokio::select! {
        Some(n) = b() => println!("{n}"),
        Some(n) = b() => println!("{n}"),
    } /*>*/
}
