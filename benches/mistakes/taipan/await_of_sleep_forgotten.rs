//! a sleep that is not awaited
//@ fix: write `.await`

#[taipan::main]
async fn main() {
    /*<*/ taipan::sleep(std::time::Duration::from_secs(1)); /*>*/
}
