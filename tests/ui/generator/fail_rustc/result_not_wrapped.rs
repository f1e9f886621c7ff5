use taipan::generator;

generator! {
    async fn numbers(text: &str) -> taipan::Result<u32> {
        yield text.parse()?;
    }
}

fn main() {}
