#![deny(unused_must_use)]

taipan::task_local! {
    static REQUEST: u64;
}

async fn handle() {}

fn main() {
    taipan::run(async {
        REQUEST.scope(7, handle());
    });
}
