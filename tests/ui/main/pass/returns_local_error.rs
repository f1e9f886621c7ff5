//! The error need not be `Send`; the box is made by a coercion.

#[derive(Debug)]
struct Failed;

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("failed")
    }
}

impl std::error::Error for Failed {}

#[taipan::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    if std::env::args().count() > 100 {
        return Err(Box::new(Failed));
    }
    Ok(())
}
