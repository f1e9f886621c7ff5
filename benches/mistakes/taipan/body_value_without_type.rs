//! `Ok(())` at the end, and no return type

#[taipan::main]
async fn main() {
    /*<*/ Ok(()) /*>*/
}
