//! `select!`: a future that is awaited already

async fn a() -> u32 {
    1
}

async fn b() -> Option<u32> {
    None
}

#[tokio::main]
async fn main() {
    tokio::select! {
        _ = /*<*/ a().await /*>*/ => {}
        _ = b() => {}
    }
}
