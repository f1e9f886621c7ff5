//! The call may outlive the function: it owns what it uses.

use taipan::to_thread;

#[taipan::main]
async fn main() {
    let text = "shh".to_owned();
    let loud = to_thread(|| text.to_uppercase()).await;
    println!("{loud}, not {text}");
}
