//! `select!`: a body has a syntax error

async fn a() -> u32 {
    1
}

async fn b() -> Option<u32> {
    None
}

#[taipan::main]
async fn main() {
    taipan::select!(match (a = a(), b = b()) {
        a(n) => { let m = /*<*/ ; println!("{n}"); /*>*/ }
        b => {}
    });
}
