use taipan::generator;

generator! {
    async fn numbers() -> u32 {
        let _ = || yield 1;
    }
}

fn main() {}
