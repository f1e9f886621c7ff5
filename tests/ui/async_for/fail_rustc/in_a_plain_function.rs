use futures_lite::stream;
use taipan::async_for;

fn f() {
    async_for!(for _ in stream::iter([1]) {});
}

fn main() {}
