use taipan::generator;

generator! {
    fn numbers() {
        let _ = async { yield 1 };
    }
}

fn main() {}
