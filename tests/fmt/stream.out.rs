use taipan::prelude::*;
use taipan::stream::Stream;

fn doubled(items: impl Stream<Item = u32>) -> impl Stream<Item = u32> {
    stream!({
        yield 1;
        for await n in items {
            sleep!(1ms).await;
            yield 2 * n;
        }
        let last = 3;
        yield last
    })
}
