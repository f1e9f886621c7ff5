use std::sync::Mutex;

taipan::task_local! {
    static HITS: Mutex<u32> = Mutex::new(0);
}

fn main() {
    let hits = HITS.get();
    drop(hits);
}
