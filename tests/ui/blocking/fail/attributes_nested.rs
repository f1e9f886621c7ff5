//! Attributes inside an attribute: one mistake, one warning.

#![deny(deprecated)]

#[taipan::checked]
mod outer {
    #[taipan::checked]
    pub async fn inner() {
        std::thread::sleep(1ms);
    }
}

fn main() {
    taipan::run(outer::inner());
}
