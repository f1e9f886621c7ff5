//! `select!`: two bodies of different types

async fn a() -> u32 {
    1
}

async fn b() -> Option<u32> {
    None
}

#[tokio::main]
async fn main() {
    let n = tokio::select! {
        n = a() => n,
        _ = b() => /*<*/ "none" /*>*/,
    };
    println!("{n}");
}
