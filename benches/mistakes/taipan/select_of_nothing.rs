//! nothing to select from
//@ fix: as in `select!(match

#[taipan::main]
async fn main() {
    /*<*/ taipan::select!() /*>*/;
}
