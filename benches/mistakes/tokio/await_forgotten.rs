//! a forgotten `.await`
//@ fix: `.await` or poll

async fn save() {}

#[tokio::main]
async fn main() {
    /*<*/ save(); /*>*/
}
