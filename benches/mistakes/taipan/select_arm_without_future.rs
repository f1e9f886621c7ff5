//! `select!`: an arm without a future
//@ fix: expected `pattern = future => body`

async fn a() -> u32 {
    1
}

async fn b() -> Option<u32> {
    None
}

#[taipan::main]
async fn main() {
    taipan::select! {
        n /*<*/ => println!("{n}") /*>*/,
        _ = a() => {}
    }
}
