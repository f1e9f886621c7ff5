use taipan::stream;

fn f() {
    let _ = stream!({
        yield 1;
        2
    });
}

fn main() {}
