//! The call crosses to another thread, and so does what it holds.

use std::rc::Rc;

use taipan::ThreadPool;

#[taipan::main]
async fn main() {
    let pool = ThreadPool::new(2);
    let text = Rc::new("shh");
    let length = pool.run(move || text.len()).await;
    println!("{length}");
}
