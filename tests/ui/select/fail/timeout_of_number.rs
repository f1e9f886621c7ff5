//! A limit without a unit.

async fn f() {
    taipan::select! {
        a = async { 1 } => drop(a),
        timeout(5) => {}
    }
}

fn main() {}
