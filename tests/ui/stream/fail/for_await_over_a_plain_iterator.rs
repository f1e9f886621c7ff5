use taipan::stream;

fn f() {
    let _ = stream!({
        for await n in [1, 2] {
            yield n;
        }
    });
}

fn main() {}
