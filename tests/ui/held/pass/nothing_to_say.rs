//! Guards that are gone in time, guards of other kinds, and what is no guard.

#![deny(warnings)]

use std::cell::{Cell, RefCell};
use std::sync::{Arc, Mutex, RwLock};

async fn save() {}

struct Reader;

impl Reader {
    fn read(&self) -> Option<u32> {
        Some(1)
    }
}

#[taipan::main]
async fn main() {
    let mutex = Mutex::new(vec![1]);
    let guard = mutex.lock().unwrap();
    assert_eq!(*guard, [1]);
    drop(guard);
    save().await;
    let first = mutex.lock().unwrap()[0];
    let length = mutex.lock().unwrap().len();
    {
        let mut guard = mutex.lock().unwrap();
        guard.push(first);
    }
    save().await;
    let lock = RwLock::new(length);
    let length = *lock.read().unwrap();
    save().await;
    let cell = RefCell::new(length);
    let copy = cell.borrow().clone();
    save().await;
    let read = Reader.read().unwrap();
    save().await;
    assert_eq!((copy, read, Cell::new(1).get()), (1, 1, 1));
    let guard = mutex.lock().unwrap();
    let later = async { save().await };
    drop(guard);
    later.await;

    let ours = Arc::new(taipan::sync::Mutex::new(1));
    let guard = ours.lock().await;
    save().await;
    assert_eq!(*guard, 1);

    let guard = mutex.lock().unwrap();
    assert_eq!(guard.len(), 2); // nothing is awaited any more
}
