//! The crate has another name.

use taipan as snake;

mod inner {
    pub use taipan::*;
}

#[snake::main(crate = crate::inner)]
async fn main() {
    snake::sleep!(1ms).await;
}
