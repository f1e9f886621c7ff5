use taipan::race_ok;

async fn number() -> u32 {
    1
}

async fn read() -> Result<u32, String> {
    Ok(1)
}

async fn f() {
    let _ = race_ok!(read(), number()).await;
}

fn main() {}
