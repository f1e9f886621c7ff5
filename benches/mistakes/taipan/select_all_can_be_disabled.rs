//! `select!`: every arm can be disabled, and there is no `else`
//@ fix: by `else => ..`

async fn b() -> Option<u32> {
    None
}

#[taipan::main]
async fn main() {
    /*<*/ taipan::select! {
        Some(n) = b() => println!("{n}"),
        Some(n) = b() => println!("{n}"),
    } /*>*/
}
