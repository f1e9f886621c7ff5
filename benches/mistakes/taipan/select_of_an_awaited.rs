//! `select!`: a future that is awaited already
//@ fix: remove the `.await`

async fn a() -> u32 {
    1
}

async fn b() -> Option<u32> {
    None
}

#[taipan::main]
async fn main() {
    taipan::select!(match (a = /*<*/ a().await /*>*/, b = b()) {
        a => {}
        b => {}
    });
}
