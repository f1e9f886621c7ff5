//! Something behind the arms.

async fn f() {
    taipan::select!(match (a = async { 1 }) { a => {} }, limit = 3);
}

fn main() {}
