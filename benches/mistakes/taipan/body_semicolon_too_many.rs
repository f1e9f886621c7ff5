//! a semicolon behind the last `Ok(())`
//@ fix: remove this semicolon

#[taipan::main]
async fn main() -> /*<*/ Result<(), String> {
    Ok(()); /*>*/
}
