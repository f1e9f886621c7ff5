use futures_lite::stream;
use taipan::async_for;

async fn f() {
    let _: u32 = async_for!(x in stream::iter([1_u32]) {
        break x;
    } else {
        "none"
    });
}

fn main() {}
