//! A function's type promises that data is lost.
#![deny(warnings)]

use futures_lite::io::{AsyncBufRead, AsyncBufReadExt};
use taipan::CancelUnsafe;
use taipan::prelude::*;

fn line<'a, R: AsyncBufRead + Unpin>(
    source: &'a mut R,
    line: &'a mut String,
) -> impl Future<Output = std::io::Result<usize>> + CancelUnsafe + use<'a, R> {
    source.read_line(line)
}

async fn f(mut source: impl AsyncBufRead + Unpin, quiet: bool) {
    let mut text = String::new();
    select! {
        _ = line(&mut source, &mut text), if !quiet => {}
        _ = sleep!(1s) => println!("still reading"),
    }
}

fn main() {
    taipan::run(f(&b""[..], false));
}
