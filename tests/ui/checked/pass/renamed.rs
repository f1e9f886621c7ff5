//! Where the crate has another name.

#![deny(warnings)]

mod facade {
    pub use taipan as inner;
}

#[facade::inner::checked(crate = crate::facade::inner, blocking = allow)]
async fn settle() {
    std::thread::sleep(1ms);
    let _ = facade::inner::spawn(async {});
}

#[facade::inner::main(crate = facade::inner, blocking = allow)]
async fn main() {
    settle().await;
    std::thread::sleep(1ms);
}
