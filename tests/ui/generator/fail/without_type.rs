use taipan::generator;

generator! {
    async fn numbers() {
        yield 1;
    }
}

fn main() {}
