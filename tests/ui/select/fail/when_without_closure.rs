//! `when` makes the future only if it is wanted.

async fn f(ready: bool) {
    taipan::select!(match (a = when(ready, async {}), b = async {}) {
        a => {}
        b => {}
    });
}

fn main() {}
