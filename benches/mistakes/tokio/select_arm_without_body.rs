//! `select!`: an arm without a body

async fn a() -> u32 {
    1
}

async fn b() -> Option<u32> {
    None
}

#[tokio::main]
async fn main() {
    tokio::select! {
        n = a() /*<*/,
        _ = b() => {} /*>*/
    }
}
