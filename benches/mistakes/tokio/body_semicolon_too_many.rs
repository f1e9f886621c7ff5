//! a semicolon behind the last `Ok(())`
//@ fix: try adding an expression

#[tokio::main]
async fn main() -> /*<*/ Result<(), String> {
    Ok(()); /*>*/
}
