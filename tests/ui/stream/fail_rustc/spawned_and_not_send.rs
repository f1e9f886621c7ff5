use std::rc::Rc;
use taipan::{async_for, spawn, stream};

fn f() {
    let shared = Rc::new(1);
    let items = stream!({
        yield *shared;
    });
    spawn(async {
        async_for!(for _ in items {});
    })
    .detach();
}

fn main() {}
