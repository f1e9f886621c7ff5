use taipan::try_gather;

async fn number(n: u32) -> u32 {
    n
}

async fn f() -> Result<(), String> {
    try_gather!(..[1, 2].map(number)).await?;
    Ok(())
}

fn main() {}
