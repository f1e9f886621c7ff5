//! `select!`: two bodies of different types

async fn a() -> u32 {
    1
}

async fn b() -> Option<u32> {
    None
}

#[taipan::main]
async fn main() {
    let n = taipan::select!(match (a = a(), b = b()) {
        a(n) => n,
        b => /*<*/ "none" /*>*/,
    });
    println!("{n}");
}
