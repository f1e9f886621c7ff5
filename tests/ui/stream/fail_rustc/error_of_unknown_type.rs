use taipan::stream;

fn f() {
    let _ = stream!({
        yield Ok("2".parse::<u32>()?);
    });
}

fn main() {}
