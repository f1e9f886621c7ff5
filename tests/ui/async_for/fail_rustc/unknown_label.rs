use futures_lite::stream;
use taipan::async_for;

async fn f() {
    async_for!(for _ in stream::iter([1]) {
        break 'outer;
    });
}

fn main() {}
