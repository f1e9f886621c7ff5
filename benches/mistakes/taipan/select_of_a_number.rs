//! `select!`: a number instead of a future
//@ fix: futures are wanted here

async fn a() -> u32 {
    1
}

async fn b() -> Option<u32> {
    None
}

#[taipan::main]
async fn main() {
    taipan::select!(match (a = a(), b = /*<*/ 5 /*>*/) {
        a => {}
        b => {}
    });
}
