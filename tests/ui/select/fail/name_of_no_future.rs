//! A bare name that is no future's would match every arm.

async fn f() {
    taipan::select!(match (line = async {}, tick = async {}) {
        lime => {}
        tick => {}
    });
}

fn main() {}
