//! The exit may run on another thread.

use std::rc::Rc;
use taipan::closing;

#[taipan::main]
async fn main() {
    let also = Rc::new(1);
    let count = closing(1, async move |n: u32| drop((n, also)));
    taipan::with!(_ = count, { println!("counted") });
}
