use taipan::async_for;

async fn fetch() -> futures_lite::stream::Once<u32> {
    futures_lite::stream::once(1)
}

async fn f() {
    async_for!(for x in fetch() {
        let _ = x;
    });
}

fn main() {}
