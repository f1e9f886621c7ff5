//! a wrong `return`, then a semicolon alone

#[allow(redundant_semicolons)]
#[taipan::main]
async fn main() {
    /*<*/ return 1; /*>*/
    ;
}
