//! The value comes back from another thread.

use std::rc::Rc;

use taipan::compute;

#[taipan::main]
async fn main() {
    let text = compute(|| Rc::new("shh")).await;
    println!("{text}");
}
