use futures_lite::stream;
use taipan::async_for;

async fn f() {
    async_for!(for x in stream::iter([1]) {
        let y = x.;
    });
}

fn main() {}
