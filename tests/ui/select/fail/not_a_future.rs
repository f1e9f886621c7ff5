//! An arm that is no future.

async fn f() {
    taipan::select!(match (a = 5, b = async {}) {
        a => {}
        b => {}
    });
}

fn main() {}
