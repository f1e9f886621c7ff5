//! A task on any thread holds an `Rc`.

use std::rc::Rc;

#[taipan::main]
async fn main() {
    let shared = Rc::new(1);
    let task = taipan::spawn(async move {
        taipan::yield_now().await;
        *shared
    });
    let _ = task.await;
}
