//! The cleanup may run on another thread.

use std::rc::Rc;

#[taipan::main]
async fn main() {
    let name = Rc::new(1);
    let also = name.clone();
    taipan::finally!({ println!("{name}") }, async move |_| drop(also));
}
