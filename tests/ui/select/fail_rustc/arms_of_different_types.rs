//! The value of every arm has one type.

async fn f() -> u32 {
    taipan::select!(match (a = async { 1 }, b = async { "two" }) {
        a(n) => n,
        b(text) => text,
    })
}

fn main() {}
