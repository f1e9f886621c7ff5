use taipan::{async_for, generator};

generator! {
    async fn numbers(text: &str) -> u32 {
        let n = text.;
        yield 1;
    }
}

// Known all the same.
async fn f() {
    async_for!(for n in numbers("1") {
        let _: u32 = n;
    });
}

fn main() {}
