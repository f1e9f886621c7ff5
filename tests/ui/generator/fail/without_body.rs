use taipan::generator;

generator! {
    async fn numbers() -> u32;
}

fn main() {}
