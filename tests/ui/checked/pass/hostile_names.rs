//! A module and types that shadow what a guard might name.

#![deny(warnings)]
#![forbid(unsafe_code)]
#![allow(dead_code, non_camel_case_types)]

mod core {}
struct Option;
struct Result;
struct Some;
struct Value;
struct Call;
struct Allowed;
fn drop<T>(_: T) {}

async fn save() {}

#[taipan::checked]
#[allow(deprecated)]
async fn guarded() {
    let _ = save();
    drop(save());
    let receiver = ::std::sync::mpsc::channel::<u8>().1;
    assert!(receiver.recv().is_err());
    ::std::thread::sleep(1ms);
}

#[taipan::checked(blocking = allow)]
async fn allowed() {
    ::std::thread::sleep(1ms);
}

fn main() {
    taipan::run(async {
        guarded().await;
        allowed().await;
    });
}
