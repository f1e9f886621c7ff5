//! What was read goes with the future when the tick wins.
#![deny(warnings)]

use futures_lite::io::{AsyncRead, AsyncReadExt};
use taipan::prelude::*;

async fn f(mut source: impl AsyncRead + Unpin) {
    let mut head = [0; 4];
    loop {
        select!(match (read = source.read_exact(&mut head), tick = sleep!(1s)) {
            read(_) => break,
            tick => println!("still reading"),
        });
    }
}

fn main() {
    taipan::run(f(&b""[..]));
}
