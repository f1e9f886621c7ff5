//! The exit may run on another thread: this is told where the exit is written.

use std::rc::Rc;

struct Conn(Rc<u32>);

impl taipan::Resource for Conn {
    type Exit = ();

    async fn exit(self, _: taipan::Outcome) {
        println!("{}", self.0);
    }
}

fn main() {}
