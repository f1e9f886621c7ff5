use taipan::generator;

generator! {
    async fn numbers() -> impl Stream<Item = u32> {
        yield 1;
    }
}

fn main() {}
