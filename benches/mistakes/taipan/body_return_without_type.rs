//! `return Ok(())`, and no return type

#[taipan::main]
async fn main() {
    /*<*/ return Ok(()); /*>*/
}
