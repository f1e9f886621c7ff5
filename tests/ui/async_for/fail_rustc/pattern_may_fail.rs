use futures_lite::stream;
use taipan::async_for;

async fn f() {
    async_for!(for Some(x) in stream::iter([Some(1)]) {
        let _: u32 = x;
    });
}

fn main() {}
