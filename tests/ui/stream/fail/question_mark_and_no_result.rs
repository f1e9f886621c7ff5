use taipan::stream;

fn f() {
    let _ = stream!({
        yield 1;
        "2".parse::<u32>()?;
    });
}

fn main() {}
