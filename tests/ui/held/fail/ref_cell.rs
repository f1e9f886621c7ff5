//! A borrow of a cell.

#![deny(deprecated)]

use std::cell::RefCell;

async fn save() {}

#[taipan::main]
async fn main() {
    let cell = RefCell::new(1);
    let mut guard = cell.borrow_mut();
    save().await;
    *guard = 2;
}
