use taipan::try_gather;

async fn read() -> Result<String, String> {
    Ok(String::new())
}

async fn number() -> u32 {
    1
}

async fn f() -> Result<(), String> {
    try_gather!(read(), number()).await?;
    Ok(())
}

fn main() {}
