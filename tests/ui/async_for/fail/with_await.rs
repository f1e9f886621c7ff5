use taipan::async_for;

async fn f() {
    async_for!(for await x in futures_lite::stream::iter([1]) {});
}

fn main() {}
