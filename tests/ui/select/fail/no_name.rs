//! A future without a name.

async fn f() {
    taipan::select!(match (async { 1 }, b = async { 2 }) {
        b => {}
    });
}

fn main() {}
