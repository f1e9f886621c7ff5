use taipan::stream;

fn f() {
    let _ = stream!({
        yield 0;
        async { yield 1 }.await;
    });
}

fn main() {}
