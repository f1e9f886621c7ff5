use taipan::try_gather;

async fn read() -> Result<String, std::io::Error> {
    Ok(String::new())
}

async fn number() -> Result<u32, std::num::ParseIntError> {
    "1".parse()
}

async fn f() {
    let _ = try_gather!(read(), number()).await;
}

fn main() {}
