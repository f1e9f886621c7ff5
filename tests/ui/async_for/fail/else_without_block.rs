use taipan::async_for;

async fn f() {
    async_for!(x in futures_lite::stream::iter([1]) {} else 5);
}

fn main() {}
