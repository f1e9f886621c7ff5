use taipan::async_for;

async fn f() {
    async_for!(for x in futures_lite::stream::iter([1]) {}, 5);
}

fn main() {}
