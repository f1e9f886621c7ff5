#![forbid(unsafe_code)]
#![deny(warnings)]

use futures_lite::{StreamExt, stream as streams};
use taipan::stream::Stream;

fn lines(text: &str) -> impl Stream<Item = taipan::Result<u32>> + Send {
    taipan::stream!({
        for await line in streams::iter(text.lines()) {
            if line.is_empty() {
                return;
            }
            yield Ok(line.parse()?);
        }
    })
}

async fn forms() {
    let block = taipan::stream!({ yield 1 });
    let braces = taipan::stream! {
        yield 1;
        'outer: for await n in streams::iter([2, 3]) {
            for _ in 0..2 {
                if n == 3 {
                    continue 'outer;
                }
                println!("{}", n + 1);
            }
            yield n;
        }
    };
    let endless = taipan::stream!({
        let mut n = 0;
        loop {
            yield n;
            n += 1;
        }
    });
    let failing = taipan::stream!({
        loop {
            yield Ok::<u32, std::num::ParseIntError>("x".parse()?);
        }
    });
    assert_eq!(block.count().await, 1);
    assert_eq!(braces.collect::<Vec<_>>().await, [1, 2]);
    assert_eq!(endless.take(2).collect::<Vec<_>>().await, [0, 1]);
    assert_eq!(failing.count().await, 1);
    assert_eq!(lines("1\n2\nx\n3").filter_map(Result::ok).collect::<Vec<_>>().await, [1, 2]);
}

fn main() {
    taipan::run(forms());
}
