use taipan::stream;

fn f() {
    let _ = stream!(async move {
        yield 1;
    });
}

fn main() {}
