//! `select!`: an arm without a future

async fn a() -> u32 {
    1
}

async fn b() -> Option<u32> {
    None
}

#[tokio::main]
async fn main() {
    tokio::select! {
        n /*<*/ => println!("{n}") /*>*/,
        _ = a() => {}
    }
}
