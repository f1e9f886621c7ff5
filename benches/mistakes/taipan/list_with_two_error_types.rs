//! `try_gather!`, `try_join!`: two types of errors

async fn read() -> Result<u32, String> {
    Ok(1)
}

async fn parse() -> Result<u32, std::num::ParseIntError> {
    "1".parse()
}

#[taipan::main]
async fn main() {
    let _ = taipan::try_gather!(read(), /*<*/ parse() /*>*/).await;
}
