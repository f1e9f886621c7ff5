//! a forgotten `.await`
//@ fix: add `.await`

async fn save() {}

#[taipan::main]
async fn main() {
    /*<*/ save(); /*>*/
}
