//! `select!`: a body has a syntax error

async fn a() -> u32 {
    1
}

async fn b() -> Option<u32> {
    None
}

#[tokio::main]
async fn main() {
    tokio::select! {
        n = a() => { let m = /*<*/ ; println!("{n}"); /*>*/ }
        _ = b() => {}
    }
}
