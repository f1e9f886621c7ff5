//! The warning can be silenced where it stands.

#![deny(warnings)]

use std::cell::RefCell;

#[taipan::main]
async fn main() {
    let cell = RefCell::new(1);
    #[expect(deprecated)]
    let mut guard = cell.borrow_mut();
    taipan::yield_now().await;
    *guard += 1;
    drop(guard);
    assert_eq!(cell.into_inner(), 2);
}
