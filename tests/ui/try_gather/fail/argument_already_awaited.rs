use taipan::try_gather;

async fn read() -> Result<String, String> {
    Ok(String::new())
}

async fn f() -> Result<(), String> {
    try_gather!(read(), read().await).await?;
    Ok(())
}

fn main() {}
