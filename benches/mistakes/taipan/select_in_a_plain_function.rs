//! `select!` in a plain function
//@ fix: this is not `async`

async fn a() -> u32 {
    1
}

async fn b() -> Option<u32> {
    None
}

fn wait() {
    /*<*/ taipan::select!(match (a = a(), b = b()) {
        a => {}
        b => {}
    }); /*>*/
}

fn main() {
    wait();
}
