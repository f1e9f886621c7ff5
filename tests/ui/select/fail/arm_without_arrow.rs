//! An arm that does nothing.

async fn f() {
    taipan::select! {
        a = async { 1 },
        b = async { 2 } => drop(b),
    }
}

fn main() {}
