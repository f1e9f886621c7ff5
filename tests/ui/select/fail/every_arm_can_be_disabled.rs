//! Nothing says what happens when no arm is left.

async fn f(ready: bool) {
    taipan::select!(match (a = when(ready, || async {}), b = when(!ready, || async {})) {
        a => {}
        b => {}
    });
}

fn main() {}
