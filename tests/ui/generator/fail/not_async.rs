use taipan::generator;

generator! {
    fn numbers() -> u32 {
        yield 1;
    }
}

fn main() {}
