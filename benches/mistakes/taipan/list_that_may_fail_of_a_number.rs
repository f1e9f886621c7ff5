//! `try_gather!`, `try_join!`: a future that cannot fail where one that can is wanted
//@ fix: what cannot fail can be wrapped

async fn read() -> Result<u32, String> {
    Ok(1)
}

async fn number() -> u32 {
    1
}

#[taipan::main]
async fn main() {
    let _ = taipan::try_gather!(read(), /*<*/ number() /*>*/).await;
}
