taipan::generator! {}

fn main() {}
