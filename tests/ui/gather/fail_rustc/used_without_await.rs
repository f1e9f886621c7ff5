use taipan::gather;

async fn number() -> u32 {
    1
}

async fn f() -> u32 {
    let (a, b) = gather!(number(), number());
    a + b
}

fn main() {}
