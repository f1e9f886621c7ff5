//! `select!`: a case is forgotten
//@ fix: ensure that all possible cases

async fn a() -> u32 {
    1
}

async fn b() -> Option<u32> {
    None
}

#[taipan::main]
async fn main() {
    /*<*/ taipan::select!(match (a = a(), b = b()) {
        a => {}
        b(Some(n)) => println!("{n}"),
    }); /*>*/
}
