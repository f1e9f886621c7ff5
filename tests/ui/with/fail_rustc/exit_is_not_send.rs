//! The exit may run on another thread.

use std::rc::Rc;

struct Conn;

impl taipan::Resource for Conn {
    type Exit = ();

    async fn exit(self, _: taipan::Outcome) {
        let local = Rc::new(1);
        taipan::yield_now().await;
        drop(local);
    }
}

fn main() {
    drop(taipan::spawn(async { taipan::with!(_ = Conn, {}) }));
}
