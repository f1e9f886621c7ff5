//! `select!`: an arm without a body
//@ fix: expected `=> body`

async fn a() -> u32 {
    1
}

async fn b() -> Option<u32> {
    None
}

#[taipan::main]
async fn main() {
    taipan::select! {
        n = a() /*<*/,
        _ = b() => {} /*>*/
    }
}
