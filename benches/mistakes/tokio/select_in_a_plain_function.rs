//! `select!` in a plain function
//@ fix: this is not `async`

async fn a() -> u32 {
    1
}

async fn b() -> Option<u32> {
    None
}

fn wait() {
    /*<*/ tokio::select! {
        _ = a() => {}
        _ = b() => {}
    } /*>*/
}

fn main() {
    wait();
}
