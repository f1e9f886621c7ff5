//! A pattern with nothing to wait for.

async fn f() {
    taipan::select! {
        a => drop(a),
    }
}

fn main() {}
