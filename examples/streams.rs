//! Streams and generators: `cargo run --example streams`.
#![forbid(unsafe_code)]

use std::pin::pin;

use futures_lite::StreamExt;
use taipan::prelude::*;

#[taipan::main]
async fn main() -> taipan::Result {
    // A generator, and a class with a method.
    async_for!(for n in countdown(3) {
        println!("{n} ..");
    });
    async_for!(for tick in Ticker(2) {
        println!("{tick}");
    });

    // A stream of a stream: nothing runs before somebody asks, and no further than that.
    let squares = stream!({
        for await n in countdown(100) {
            println!("squaring {n}");
            yield n * n;
        }
    });
    let first_two: Vec<_> = pin!(squares).take(2).collect().await;
    println!("{first_two:?}");

    // An error is the last item; `else` runs if the loop was not left.
    async_for!(for page in pages(&["/a", "/b", "", "/c"]) {
        match page {
            Ok(page) => println!("{page}"),
            Err(e) => println!("no more pages: {e}"),
        }
    });
    let found = async_for!(n in countdown(10) {
        if n % 7 == 0 {
            break Some(n);
        }
    } else {
        None
    });
    println!("found {found:?}");

    // A generator that is left half-way closes what it holds, before its scope ends.
    timeout!(1s, first_row()).await?;
    Ok(())
}

generator! {
    /// Counts down to zero.
    async fn countdown(n: u32) -> u32 {
        for n in (0..n).rev() {
            sleep!(1ms).await;
            yield n;
        }
    }

    async fn pages(urls: &[&str]) -> taipan::Result<String> {
        for url in urls {
            yield Ok(fetch(url).await?);
        }
    }

    async fn rows() -> u32 {
        let file = closing("rows.txt", |name| async move { println!("{name} is closed") });
        with!(_ = file, {
            for row in 1.. {
                yield row;
            }
        });
    }
}

struct Ticker(u32);

impl AsyncIterator for Ticker {
    type Item = &'static str;

    async fn next(&mut self) -> Option<&'static str> {
        sleep!(10ms).await;
        self.0 = self.0.checked_sub(1)?;
        Some("tick")
    }
}

async fn first_row() {
    async_for!(for row in rows() {
        println!("row {row} will do");
        break;
    });
}

async fn fetch(url: &str) -> taipan::Result<String> {
    sleep!(5ms).await;
    if url.is_empty() {
        return Err("an empty url".into());
    }
    Ok(format!("the page {url}"))
}
