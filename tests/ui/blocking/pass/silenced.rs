//! Each warning can be silenced where it stands, or for the whole function.

#![deny(warnings)]

use std::sync::{Barrier, mpsc};
use std::{fs, thread};

use taipan::prelude::*;

#[taipan::main]
async fn main() {
    #[allow(deprecated)]
    std::thread::sleep(1ms);
    #[expect(deprecated)]
    thread::sleep(1ms);
    #[allow(deprecated)]
    let read = fs::read("no such file");
    assert!(read.is_err());
    let barrier = Barrier::new(1);
    #[allow(deprecated)]
    barrier.wait();
    #[allow(deprecated)]
    {
        thread::sleep(1ms);
        thread::spawn(|| {}).join().unwrap();
    }
    with!(_ = closing(1, |_| async {}), {
        #[allow(deprecated)]
        thread::sleep(1ms);
    });
    allowed().await;
    blocking::in_a_module().await;
    function_with_allow().await;
}

#[taipan::checked(blocking = allow)]
async fn allowed() {
    std::thread::sleep(1ms);
    let (sender, receiver) = mpsc::channel();
    sender.send(1).unwrap();
    assert_eq!(receiver.recv(), Ok(1));
    // And the macros in it.
    with!(_ = closing(1, |_| async {}), {
        thread::sleep(1ms);
        timeout!(1m, { thread::sleep(1ms) }).unwrap();
    });
    task_group!(tg, {
        tg.spawn(async { thread::sleep(1ms) });
        async_for!(for _ in stream!({
            yield thread::sleep(1ms);
        }) {
            thread::sleep(1ms)
        });
    })
    .unwrap();
}

#[taipan::checked(blocking = allow)]
mod blocking {
    pub async fn in_a_module() {
        std::thread::sleep(1ms);
        inner().await;

        async fn inner() {
            std::thread::sleep(std::time::Duration::ZERO);
        }
    }
}

#[taipan::checked]
#[allow(deprecated)]
async fn function_with_allow() {
    std::thread::sleep(1ms);
}
