//! No limit.

async fn f() {
    taipan::select! {
        a = async { 1 } => drop(a),
        timeout() => {}
    }
}

fn main() {}
