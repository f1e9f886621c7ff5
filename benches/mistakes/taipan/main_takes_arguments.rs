//! `main` takes an argument
//@ fix: read them from `std::env::args()`

#[taipan::main]
/*<*/ async fn main(name: String) /*>*/ {
    println!("{name}");
}
