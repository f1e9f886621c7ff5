use taipan::generator;

generator! {
    async fn numbers(n: u32) -> u32 {
        yield n;
        for await m in numbers(n - 1) {
            yield m;
        }
    }
}

fn main() {}
