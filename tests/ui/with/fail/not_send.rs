//! The exit may run on another thread.

use std::rc::Rc;
use taipan::closing;

#[taipan::main]
async fn main() {
    taipan::with!(name = closing(Rc::new(1), |_| async {}), { println!("{name}") });
}
