//! nothing to select from
//@ fix: requires at least one branch

#[tokio::main]
async fn main() {
    /*<*/ tokio::select! {} /*>*/
}
