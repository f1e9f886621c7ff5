//! Two futures of one name.

async fn f() {
    taipan::select!(match (a = async { 1 }, a = async { 2 }) {
        a => {}
    });
}

fn main() {}
