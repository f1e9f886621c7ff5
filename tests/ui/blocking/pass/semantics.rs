//! A guarded call does what it did: temporaries, moves, closures and `Send` are as before.

#![deny(warnings)]

use std::sync::{Arc, Condvar, Mutex, mpsc};
use std::thread;

#[taipan::checked]
#[allow(deprecated)]
async fn calls(receiver: mpsc::Receiver<String>) -> usize {
    // A name that the guards use as well.
    let __seen = thread::spawn(|| 1);
    // A closure whose signature the callee says.
    let sum = thread::scope(|scope| scope.spawn(|| 1).join().unwrap());
    assert_eq!(__seen.join().unwrap(), 1);
    // Moved by the call, and a value without a name.
    let handle = thread::spawn(|| 2);
    let sum = sum + handle.join().unwrap() + thread::spawn(|| 3).join().unwrap();
    // A temporary of an argument, and one that the result borrows from.
    let (mutex, condvar) = (Mutex::new(false), Condvar::new());
    drop(condvar.wait_while(mutex.lock().unwrap(), |wait| std::mem::take(wait)).unwrap());
    assert!(std::fs::read(&format!("{}", "no such file")).is_err());
    // A pattern that binds what the call gives.
    while let Ok(text) = receiver.recv() {
        assert_eq!(text.len(), 1);
    }
    let Err(mpsc::RecvError) = receiver.recv() else { return 0 };
    // As the value of a block.
    let read = { std::fs::read_to_string("no such file") };
    // Behind an `.await`, in a future that must be `Send`.
    taipan::yield_now().await;
    let shared = Arc::new(Mutex::new(receiver));
    assert!(shared.lock().unwrap().recv().is_err());
    sum + usize::from(read.is_err())
}

#[taipan::main]
async fn main() {
    let (sender, receiver) = mpsc::channel();
    sender.send("x".to_owned()).unwrap();
    drop(sender);
    assert_eq!(taipan::spawn(calls(receiver)).await.unwrap(), 7);
}
