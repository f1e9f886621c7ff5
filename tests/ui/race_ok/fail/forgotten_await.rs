#![deny(unused_must_use)]
use taipan::race_ok;

async fn connect(port: u16) -> Result<u16, String> {
    Ok(port)
}

async fn f() {
    race_ok!(for port in [80, 443] { connect(port) });
}

fn main() {}
