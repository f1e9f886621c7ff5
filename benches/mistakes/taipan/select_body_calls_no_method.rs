//! `select!`: a body calls a method that is not there

async fn a() -> u32 {
    1
}

async fn b() -> Option<u32> {
    None
}

#[taipan::main]
async fn main() {
    taipan::select!(match (a = a(), b = b()) {
        a(n) => println!("{}", n./*<*/foo()/*>*/),
        b => {}
    });
}
