//! A pattern for a future that is not there.

async fn f() {
    taipan::select!(match (line = async { 1 }, tick = async {}) {
        line(_) => {}
        tock(()) => {}
        tick => {}
    });
}

fn main() {}
