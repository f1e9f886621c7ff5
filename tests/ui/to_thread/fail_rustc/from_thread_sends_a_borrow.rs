//! What a call sends to the loop may outlive the call's locals.

use taipan::{from_thread, to_thread};

#[taipan::main]
async fn main() {
    let length = to_thread(|| {
        let text = "shh".to_owned();
        from_thread(async { text.len() })
    });
    println!("{:?}", length.await);
}
