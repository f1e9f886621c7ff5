use taipan::async_for;

async fn f() {
    let items = futures_lite::stream::iter([1]);
    async_for!(for x in &items {
        let _ = x;
    });
}

fn main() {}
