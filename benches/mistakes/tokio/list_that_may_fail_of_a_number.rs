//! `try_gather!`, `try_join!`: a future that cannot fail where one that can is wanted

async fn read() -> Result<u32, String> {
    Ok(1)
}

async fn number() -> u32 {
    1
}

#[tokio::main]
async fn main() {
    let _ = tokio::try_join!(read(), /*<*/ number() /*>*/);
}
