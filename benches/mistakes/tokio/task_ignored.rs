//! a task of which nobody takes the result

#[tokio::main]
async fn main() {
    /*<*/ tokio::spawn(async { 1 }); /*>*/
}
