#![deny(unused_must_use)]
use taipan::try_gather;

async fn read() -> Result<String, String> {
    Ok(String::new())
}

async fn f() {
    try_gather!(read(), read()).await;
}

fn main() {}
