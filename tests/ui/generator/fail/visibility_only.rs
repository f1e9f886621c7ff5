use taipan::generator;

generator! {
    pub
}

fn main() {}
