//! rustc checks that every case is there.

async fn f() {
    taipan::select!(match (line = async { Some(1) }, tick = async {}) {
        line(Some(_)) => {}
        tick => {}
    });
}

fn main() {}
