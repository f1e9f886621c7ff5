//! A trait with an async function is used as `dyn`.

trait Store {
    async fn load(&self, key: &str) -> String;
}

async fn show(store: &dyn Store) {
    println!("{}", store.load("name").await);
}

fn main() {}
