//! One arm is always enabled.

async fn f(ready: bool) {
    taipan::select!(match (a = when(ready, || async {}), b = async {}) {
        a => {}
        b => {}
        disabled => {}
    });
}

fn main() {}
