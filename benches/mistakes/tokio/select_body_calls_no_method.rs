//! `select!`: a body calls a method that is not there

async fn a() -> u32 {
    1
}

async fn b() -> Option<u32> {
    None
}

#[tokio::main]
async fn main() {
    tokio::select! {
        n = a() => println!("{}", n./*<*/foo()/*>*/),
        _ = b() => {}
    }
}
