use std::cell::Cell;

taipan::task_local! {
    static DEPTH: Cell<u32> = Cell::new(0);
}

fn main() {}
