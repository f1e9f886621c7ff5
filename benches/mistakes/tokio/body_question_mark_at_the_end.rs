//! `?` and a semicolon at the end
//@ fix: try adding an expression

#[tokio::main]
async fn main() -> /*<*/ Result<(), String> {
    Ok::<(), String>(())?; /*>*/
}
