//! It awaits, so the function is async.

fn f() {
    taipan::select!(match (a = async { 1 }, b = async { 2 }) {
        a => {}
        b => {}
    });
}

fn main() {}
