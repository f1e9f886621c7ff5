//! `return Ok(())`, and no return type

#[tokio::main]
async fn main() {
    /*<*/ return Ok(()); /*>*/
}
