//! a sleep that is not awaited
//@ fix: `.await` or poll

#[tokio::main]
async fn main() {
    /*<*/ tokio::time::sleep(std::time::Duration::from_secs(1)); /*>*/
}
