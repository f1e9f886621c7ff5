use taipan::stream;

fn f() {
    let _ = stream!({
        yield 1;
        let x = 5.;.
    });
}

fn main() {}
