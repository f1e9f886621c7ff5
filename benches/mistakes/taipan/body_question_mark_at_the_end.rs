//! `?` and a semicolon at the end

#[taipan::main]
async fn main() -> /*<*/ Result<(), String> {
    Ok::<(), String>(())?; /*>*/
}
