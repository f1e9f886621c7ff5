use taipan::stream;

fn f() {
    let _ = stream!(move {
        yield 1;
    });
}

fn main() {}
