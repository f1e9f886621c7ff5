use taipan::prelude::*;
use taipan::stream::Stream;

async fn plain(items: impl Stream<Item = u32>) -> u32 {
    let mut sum = 0;
    async_for!(for n in items {
        if n == 1 {
            continue;
        }
        sum += n;
    });
    sum
}

async fn labelled(items: impl Fn() -> Vec<u32>, stream: impl Stream<Item = u32>) -> u32 {
    let mut sum = 0;
    async_for!('outer: for n in stream {
        for item in items() {
            if item == n {
                break 'outer;
            }
            sum += item;
        }
    });
    sum
}
