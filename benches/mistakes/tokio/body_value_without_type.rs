//! `Ok(())` at the end, and no return type

#[tokio::main]
async fn main() {
    /*<*/ Ok(()) /*>*/
}
