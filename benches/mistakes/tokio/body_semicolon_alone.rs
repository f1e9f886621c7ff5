//! a wrong `return`, then a semicolon alone

#[allow(redundant_semicolons)]
#[tokio::main]
async fn main() {
    /*<*/ return 1; /*>*/
    ;
}
