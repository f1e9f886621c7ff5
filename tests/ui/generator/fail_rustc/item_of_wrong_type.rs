use taipan::generator;

generator! {
    async fn numbers() -> u32 {
        yield "1";
    }
}

fn main() {}
