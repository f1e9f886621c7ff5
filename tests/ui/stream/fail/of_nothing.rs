use taipan::stream;

fn f() {
    let _ = stream!();
}

fn main() {}
