//! the path of the crate leads nowhere

#[taipan::main(crate = /*<*/ nowhere /*>*/)]
async fn main() {
    let n = 1;
    println!("{n}");
}
