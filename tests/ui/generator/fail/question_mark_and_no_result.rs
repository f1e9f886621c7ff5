use taipan::generator;

generator! {
    async fn numbers(text: &str) -> u32 {
        yield text.parse()?;
    }
}

fn main() {}
