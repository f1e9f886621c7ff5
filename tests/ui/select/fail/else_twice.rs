//! Two answers to one question.

async fn f() {
    taipan::select! {
        Some(a) = async { Some(1) } => drop(a),
        else => {}
        else => {}
    }
}

fn main() {}
