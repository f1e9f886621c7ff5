use std::rc::Rc;
use taipan::AsyncIterator;

struct Local(Rc<u32>);

impl AsyncIterator for Local {
    type Item = u32;

    async fn next(&mut self) -> Option<u32> {
        Some(*self.0)
    }
}

fn main() {}
