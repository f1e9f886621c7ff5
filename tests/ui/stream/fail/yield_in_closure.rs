use taipan::stream;

fn f() {
    let _ = stream!({
        yield 0;
        (1..3).for_each(|n| yield n);
    });
}

fn main() {}
