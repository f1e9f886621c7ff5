use taipan::generator;

generator! {
    struct Numbers;
}

fn main() {}
