use taipan::stream;

#[allow(unused_macros)]
macro_rules! mine {
    ($($code:tt)*) => { $($code)* };
}

fn f() {
    let _ = stream!({
        yield 0;
        mine!(yield 1;);
    });
}

fn main() {}
