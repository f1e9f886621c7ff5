//! `main` takes an argument

#[tokio::main]
/*<*/ async fn main(name: String) /*>*/ {
    println!("{name}");
}
